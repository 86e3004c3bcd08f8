#: typed: "caf\udce9"
#: typed: "gr\u00fc\u00dfe \u20ac"
text = input("latin-1? ")
print(ascii(text), text.encode("utf-8", "surrogateescape"))
print(ascii(input("utf-8? ")))
