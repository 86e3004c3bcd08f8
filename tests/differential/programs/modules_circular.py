import one
#: file: one.py
import two

value = 1
#: file: two.py
from one import value
