#: rare
#: interactive
#: typed: "help"
#: typed: "license"
#: typed: "copyright"
