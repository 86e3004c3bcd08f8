#: interactive
#: typed: "def f(n): return f(n + 1)"
#: typed: ""
#: typed: "f(0)"
