#: interactive
#: typed: "dir()"
#: typed: "__name__, __file__, __spec__"
#: typed: "import __main__; __main__.x"
#: typed: "vars(__main__) is globals(), vars() is globals()"
#: typed: "def f(): return x"
#: typed: ""
#: typed: "f.__module__, f.__code__.co_firstlineno, f()"
x = 3
