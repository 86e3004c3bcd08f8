#: rare
#: as: script
import sys

print(__file__, sys.argv, __spec__)
