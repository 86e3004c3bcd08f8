#: interactive
#: typed: "raise KeyboardInterrupt"
