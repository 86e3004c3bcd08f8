#: rare
#: interactive
#: typed: "import sys; sys.exit(300)"
