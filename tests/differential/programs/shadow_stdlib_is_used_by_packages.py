#: rare
import dataclasses
#: file: inspect.py
print("inspect of the student is imported as", __name__)
