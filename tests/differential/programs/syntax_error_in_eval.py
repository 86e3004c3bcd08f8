#: rare
try:
    eval("1 +")
except SyntaxError as error:
    print(error.msg, error.filename, error.lineno, error.offset, error.text)
eval("x y")
