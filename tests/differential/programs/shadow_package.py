import collections

print(collections.__file__, collections.OWN)
#: file: collections/__init__.py
OWN = "a folder"
