#: rare
print(“hello”)
