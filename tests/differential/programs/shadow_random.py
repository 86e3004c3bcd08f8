import random

print(random.ME, random.__file__)
#: file: random.py
ME = "mine"
