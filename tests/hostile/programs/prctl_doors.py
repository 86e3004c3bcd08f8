"""What a process may ask the kernel to change about itself."""
import ctypes
from attempt import allowed
libc = ctypes.CDLL(None, use_errno=True)
def prctl(*arguments):
    if libc.prctl(*[ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:5]]) < 0:
        raise OSError(ctypes.get_errno(), "prctl")
    return True
allowed("keep capabilities", lambda: prctl(8, 1))
allowed("secure bits", lambda: prctl(28, 0))
allowed("take no_new_privs back", lambda: prctl(38, 0))
allowed("raise an ambient capability", lambda: prctl(47, 2, 21))
allowed("be traced by anybody", lambda: prctl(0x59616D61, ctypes.c_ulong(-1).value))
allowed("move the memory map", lambda: prctl(35, 1, 0x1000))
allowed("seccomp by prctl", lambda: prctl(22, 0))
allowed("unaligned access", lambda: prctl(6, 1))
allowed("timing by counter", lambda: prctl(26, 2))
allowed("core scheduling", lambda: prctl(62, 1, 0, 0, 0))
allowed("io flusher", lambda: prctl(57, 1))
