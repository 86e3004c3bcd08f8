#: interactive
#: typed: "f(3)"
#: typed: "p n"
#: typed: "c"
def f(n):
    breakpoint()
    return n
