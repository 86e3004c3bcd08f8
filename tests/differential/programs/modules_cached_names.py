#: rare
import sys

print(sys.dont_write_bytecode, sys.pycache_prefix)
import beside
import os

print(sorted(os.listdir(".")))
#: file: beside.py
