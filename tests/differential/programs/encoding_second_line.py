#: rare
#!/usr/bin/python
# coding: utf-8
print(ascii("ü"))
