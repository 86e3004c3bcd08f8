#: rare
#: typed: "x"
#: typed: ""
print(repr(input([1, "? "])) if input("line\nbreak? ") else "")
