"""Folders in folders, two thousand deep: a path longer than any call takes, for whoever walks or removes it."""
import os
for _ in range(2100):
    os.mkdir("d")
    os.chdir("d")
open("bottom.txt", "w").close()
print("DUG", flush=True)
