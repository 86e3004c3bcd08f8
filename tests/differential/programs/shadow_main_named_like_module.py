#: as: random.py
import random

print(random.__file__, __file__, random.randint(1, 1))
