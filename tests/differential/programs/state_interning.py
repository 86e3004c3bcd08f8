#: rare
import sys

a, b = "".join(["he", "llo"]), "hello"
print(a is b, sys.intern(a) is b, 256 is 256, () is ())
