x = 3
if x is 3:
    print("is")
print("\d", ("a" "b")[0])
assert (x, "always true")
