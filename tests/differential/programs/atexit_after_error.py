import atexit
import sys

atexit.register(lambda: print("bye", sys.exc_info(), hasattr(sys, "last_value")))
1 / 0
