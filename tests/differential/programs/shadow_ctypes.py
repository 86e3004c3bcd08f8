#: rare
import ctypes

print(ctypes.MINE)
#: file: ctypes.py
MINE = 3
