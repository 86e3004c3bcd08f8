#: rare
import sys
import time

print(hasattr(time, "MINE"), hasattr(sys, "MINE"))
#: file: time.py
MINE = 1
#: file: sys.py
MINE = 1
