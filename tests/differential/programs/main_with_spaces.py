#: as: my first program.py
#: arguments: ["one two", "drei"]
import sys

print(__file__, sys.argv)
1 / 0
