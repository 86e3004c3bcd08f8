#: rare
import importlib
import sys

with open("made.py", "w") as file:
    file.write("VALUE = 1\n")
importlib.invalidate_caches()
made = importlib.import_module("made")
print(made.VALUE, "made" in sys.modules)
with open("made.py", "w") as file:
    file.write("VALUE = 22222\n")
print(importlib.reload(made).VALUE)
