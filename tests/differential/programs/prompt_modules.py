#: interactive
#: typed: "import beside"
#: typed: "beside.f()"
#: typed: "import sys; sys.argv, sys.path[0], sys.orig_argv"
#: typed: "sys.flags.interactive, sys.flags.inspect"
#: file: beside.py
def f():
    return [].pop()
