#: interactive
#: typed: "x + 1"
#: typed: "_ * 2"
#: typed: "undefined"
#: typed: "def f():"
#: typed: "    return 1 / 0"
#: typed: ""
#: typed: "f()"
#: typed: "x = = 1"
#: typed: "exit(3)"
x = 41
