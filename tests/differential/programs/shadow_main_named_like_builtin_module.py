#: rare
#: as: time.py
import time

print(time.__name__, hasattr(time, "sleep"), __file__)
