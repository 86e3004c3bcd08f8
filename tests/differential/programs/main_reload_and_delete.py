import sys

main = sys.modules.pop("__main__")
print(__name__, "__main__" in sys.modules)
import __main__
