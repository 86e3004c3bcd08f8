import os
import sys

print("\udce9\udc80")
print("\udce9", file=sys.stderr)
os.write(1, b"\xe9 raw\n")
print(os.fsencode("\udce9"), os.fsdecode(b"\xe9"))
try:
    print("\ud800")
except UnicodeEncodeError as error:
    print(error)
print("\ud800", file=sys.stderr)
