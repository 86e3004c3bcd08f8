#: rare
#: interactive
#: typed: "ab\u001b[Dc"
print(ascii(input("cursor left? ")))
