#: rare
#: typed: "x"
#: typed: "\u0004"
import fileinput

print("? ", end="", flush=True)
for line in fileinput.input():
    print(fileinput.lineno(), line.strip(), "? ", end="", flush=True)
