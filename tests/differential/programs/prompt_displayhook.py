#: interactive
#: typed: "import sys"
#: typed: "sys.displayhook = lambda value: print('shown', value)"
#: typed: "1 + 1"
#: typed: "'_' in dir(__builtins__)"
