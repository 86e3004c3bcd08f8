"""The old 32-bit gate has other numbers for the same calls; a filter that forgets it is none (x86 only)."""
import ctypes, mmap, platform
from attempt import allowed, in_child
def gate():
    # mov eax, 20 (getpid in the 32-bit table); int 0x80; ret
    code = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return ctypes.CFUNCTYPE(ctypes.c_long)(address)() > 0
def x32():
    return ctypes.CDLL(None).syscall(0x40000000 + 39) > 0
if platform.machine() == "x86_64":
    allowed("int 0x80", lambda: in_child(gate))
    allowed("x32", lambda: in_child(x32))
else:
    allowed("no such gate here", lambda: None)
