#: rare
#: interactive
#: typed: "a\tb"
print(repr(input("tab? ")))
