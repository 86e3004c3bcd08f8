import json
import string

print(string.MINE, json.dumps([1]))
#: file: string.py
MINE = 1
