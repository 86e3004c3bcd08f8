#: interactive
#: typed: "x"
#: typed: "_"
#: typed: "1 / 0"
#: typed: "exit(4)"
import json

x = json.MINE
f = lambda: 1 / 0
f()
#: file: json.py
MINE = 5
