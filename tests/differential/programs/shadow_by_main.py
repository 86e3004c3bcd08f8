#: rare
#: as: math_helper.py
import math_helper

print(math_helper.__name__, math_helper is not None)
