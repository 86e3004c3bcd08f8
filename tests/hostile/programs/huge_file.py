"""A file larger than allowed in the workspace, full and with holes."""
import os, signal
from attempt import allowed
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def full():
    with open("full", "wb") as file:
        for _ in range(80):
            file.write(b"x" * (1 << 20))
    return True
def holes(size):
    descriptor = os.open("holes", os.O_RDWR | os.O_CREAT)
    try:
        os.ftruncate(descriptor, size)
    finally:
        os.close(descriptor)
    return True
allowed("80 MB", full)
allowed("a terabyte of holes", lambda: holes(1 << 40))
allowed("fallocate", lambda: os.posix_fallocate(os.open("allocated", os.O_RDWR | os.O_CREAT), 0, 80 << 20) is None)
for name in ("full", "holes", "allocated"):
    if os.path.exists(name):
        os.unlink(name)
