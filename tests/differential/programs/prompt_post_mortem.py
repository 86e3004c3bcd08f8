#: interactive
#: typed: "import pdb; pdb.pm()"
#: typed: "p n"
#: typed: "q"
def f(n):
    return 1 / n


f(0)
