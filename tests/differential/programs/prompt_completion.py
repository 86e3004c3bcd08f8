#: interactive
#: typed: "very_lo\t + 1"
#: typed: "very_long_name.real\t\r"
very_long_name = 3
