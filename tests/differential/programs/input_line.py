#: typed: "Ada"
#: typed: "\u0004"
print("hi", input("Name? "))
input("more? ")
