import runpy

got = runpy.run_path("other.py", run_name="__main__")
print(sorted(name for name in got if not name.startswith("__")), __name__)
runpy.run_module("other", run_name="elsewhere")
#: file: other.py
import sys

value = 7
print(__name__, __file__, sys.argv)
