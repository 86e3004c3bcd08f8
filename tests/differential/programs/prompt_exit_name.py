#: interactive
#: typed: "exit"
#: typed: "quit"
#: typed: "quit()"
