#: as: größe_€.py
import sys

print(__file__, sys.argv)
undefined
