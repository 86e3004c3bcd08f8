import sys

print("sys" in sys.modules, "pythonide_sandbox" in sys.modules, "ctypes" in sys.modules)
