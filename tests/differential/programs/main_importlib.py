#: rare
import importlib.util
import importlib

print(importlib.util.find_spec("json").name)
try:
    importlib.util.find_spec("__main__")
except ValueError as error:
    print(error)
print(importlib.import_module("main_helper").WORD)
#: file: main_helper.py
WORD = "found beside the program"
print("imported as", __name__, __file__)
