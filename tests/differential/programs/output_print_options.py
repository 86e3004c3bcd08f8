import sys

print(1, 2, sep="-", end="|", file=sys.stderr)
print(*range(3), sep="\n", flush=True)
print(print("inner"))
print("a", None, 1.0, b"x", [1], {"k": "v"}, sep="\t")
