x = "no end
print(x)
