#: typed: "n"
#: typed: "p x"
#: typed: "w"
#: typed: "c"
x = 1
breakpoint()
x = 2
print("end", x)
