#: rare
raise SystemExit(1, 2)
