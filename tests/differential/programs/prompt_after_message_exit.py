#: interactive
#: typed: "1"
raise SystemExit("no more")
