#: file: nothing.txt
