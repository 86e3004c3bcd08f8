#: interactive
#: typed: "name = input('Name? ')"
#: typed: "Ada"
#: typed: "name"
#: typed: "input('end? ')"
#: typed: "\u0004"
#: typed: "import sys; print('line? ', end='', flush=True); sys.stdin.readline()"
#: typed: "go? "
