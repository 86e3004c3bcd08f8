#: rare
#: typed: "one"
#: typed: "\u0004"
while True:
    print(input("next? ").upper())
