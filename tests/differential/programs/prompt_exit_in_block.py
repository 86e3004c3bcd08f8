#: rare
#: interactive
#: typed: "try:"
#: typed: "    exit(4)"
#: typed: "finally:"
#: typed: "    print('finally')"
#: typed: ""
