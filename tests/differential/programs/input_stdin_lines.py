#: typed: "first"
#: typed: "second"
#: typed: "\u0004"
#: typed: "\u0004"
import sys

print("lines? ", end="", flush=True)
for line in sys.stdin:
    print(repr(line), "? ", end="", flush=True)
print("over? ", end="", flush=True)
print(repr(sys.stdin.read()))
