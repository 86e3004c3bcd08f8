#: interactive
#: typed: "12\u007f3"
#: typed: "\u001b[A"
#: typed: "wrong\u00154 + 4"
#: typed: "x = [1,\u001b[D\u001b[C 2]"
