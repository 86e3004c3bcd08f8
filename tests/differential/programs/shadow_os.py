#: rare
import os
import sys

print(hasattr(os, "MINE"), os.__file__ == sys.modules["os"].__file__)
#: file: os.py
MINE = 1
