#: rare
print("x" * 1_000_000)
