#: typed: "first"
#: typed: "second"
#: typed: "\u0004"
import sys

print("lines? ", end="", flush=True)
for line in sys.stdin:
    print(repr(line), "? ", end="", flush=True)
print("over", repr(sys.stdin.read()))
