"""Ends with an exception that has causes in a module of the workspace, in the library and in a string."""
import os, sys
os.makedirs("Übung 体", exist_ok=True)
with open("Übung 体/hilfe.py", "w") as file:
    file.write("import json\ndef fails():\n    try:\n        json.loads('{')\n    except ValueError as error:\n        raise KeyError('deep') from error\n")
sys.path.insert(0, os.path.join(os.getcwd(), "Übung 体"))
import hilfe
try:
    eval("1/0")
except ZeroDivisionError:
    hilfe.fails()
