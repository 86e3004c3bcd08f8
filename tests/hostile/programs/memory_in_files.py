"""Fills every folder that lies in memory, and then the heap: each is within its limit, the sum is not."""
import os
from attempt import allowed
def fill(path):
    with open(path, "wb") as file:
        for _ in range(60):
            file.write(b"x" * (1 << 20))
def together():
    for folder in ("/tmp", "/dev/shm", os.path.expanduser("~")):
        fill(folder + "/big")
    return bytearray(b"x") * (150 << 20)
allowed("330 MB in files and heap together", together)
