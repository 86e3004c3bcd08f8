#: rare
#: interactive
#: typed: "import sys; n = sys.stdout.write('abc')"
#: typed: "print('x', end='')"
#: typed: "sys.stderr.write('y')"
