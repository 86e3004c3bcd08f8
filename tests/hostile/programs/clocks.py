"""Changing the machine's time."""
import ctypes, time
from attempt import LIBC, allowed
allowed("clock_settime", lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()) is None)
def raw(x86, arm, *arguments):
    import os, platform
    number = x86 if platform.machine() == "x86_64" else arm
    if LIBC.syscall(ctypes.c_long(number), *arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return True
allowed("settimeofday", lambda: raw(164, 170, bytes(16), None))
allowed("adjtimex", lambda: raw(159, 171, bytearray(b"\1") and ctypes.create_string_buffer(b"\1" + bytes(300))))
allowed("clock_adjtime", lambda: raw(305, 266, ctypes.c_long(0), ctypes.create_string_buffer(b"\1" + bytes(300))))
allowed("wake the machine", lambda: raw(283, 85, ctypes.c_long(8), ctypes.c_long(0)))
