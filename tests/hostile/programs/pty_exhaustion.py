"""The pool of terminals belongs to the whole machine."""
import os
from attempt import allowed
def many(count):
    for _ in range(count):
        os.openpty()
    return True
allowed("64 terminals", lambda: many(64))
allowed("the host's terminals", lambda: [name for name in os.listdir("/dev/pts") if name.isdigit() and int(name) > 64] or None)
