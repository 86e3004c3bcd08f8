#: rare
name = "x"
print(f"{name")
