quit(6)
