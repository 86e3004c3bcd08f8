#: rare
import atexit
import sys

atexit.register(print, "bye")
sys.exit(3)
