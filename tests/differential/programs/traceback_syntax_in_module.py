import not_python
#: file: not_python.py
def f(:
    pass
