#: interactive
#: typed: "exit('words')"
