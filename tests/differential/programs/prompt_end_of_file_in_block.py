#: interactive
#: typed: "if True:"
#: typed: "\u0004"
#: typed: "print('still here')"
