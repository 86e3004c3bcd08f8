#: interactive
#: typed: "name = input('Name? ')"
#: typed: "Ada"
#: typed: "name"
#: typed: "input('end? ')"
#: typed: "\u0004"
#: typed: "import sys; sys.stdin.readline()"
#: typed: "go? "
