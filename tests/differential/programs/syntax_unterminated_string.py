#: rare
x = "no end
print(x)
