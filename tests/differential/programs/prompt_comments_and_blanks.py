#: rare
#: interactive
#: typed: ""
#: typed: "# a comment"
#: typed: "   "
#: typed: "   # indented"
#: typed: "1 # after"
#: typed: "pass"
