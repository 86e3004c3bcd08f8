#: rare
#: typed: "a line"
#: typed: "more"
#: typed: "\u0004"
import sys

print("line? ", end="", flush=True)
print(repr(sys.stdin.readline()))
print("rest? ", end="", flush=True)
text = sys.stdin.readline()
print(repr(text), "? ", end="", flush=True)
print(repr(sys.stdin.read()))
