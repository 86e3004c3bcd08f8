import random

print(random.randint(1, 6))
#: file: random.py
MINE = 1
