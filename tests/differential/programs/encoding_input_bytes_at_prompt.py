#: interactive
#: typed: "caf\udce9"
#: typed: "gr\u00fc\u00dfe \u20ac"
print(ascii(input("latin-1? ")))
print(ascii(input("utf-8? ")))
