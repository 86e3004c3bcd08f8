#: typed: "Ada"
import random
import sys

print(input("Name? "), random.MINE, sys.argv, __file__, sys.orig_argv)
sys.exit(3)
#: file: random.py
MINE = 1
