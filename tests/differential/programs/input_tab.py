#: rare
#: typed: "a\tb"
print(repr(input("tab? ")))
