#: typed: "12"
#: typed: "twelve"
print(int(input("number? ")) + 1)
print(int(input("number? ")) + 1)
