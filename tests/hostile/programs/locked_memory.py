"""Memory that cannot be taken back: locked, huge, or parked in pipes and sockets."""
import ctypes, fcntl, mmap, os, socket
from attempt import LIBC, allowed
def locked(size):
    memory = mmap.mmap(-1, size)
    return LIBC.mlock(ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(memory))), ctypes.c_size_t(size)) == 0
allowed("16 MB locked", lambda: locked(16 << 20))
allowed("everything locked", lambda: LIBC.mlockall(3) == 0)
allowed("huge pages", lambda: mmap.mmap(-1, 1 << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000))
allowed("a terabyte of heap", lambda: mmap.mmap(-1, 1 << 40, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
allowed("a pipe of 64 MB", lambda: fcntl.fcntl(os.pipe()[1], 1031, 64 << 20) >= 64 << 20)
def buffered():
    one, _ = socket.socketpair()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
    return one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) >= 64 << 20
allowed("a socket of 64 MB", buffered)
allowed("forced buffers", lambda: socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, 32, 1 << 30) is None)
allowed("10,000 open files", lambda: [os.open("/dev/null", os.O_RDONLY) for _ in range(10000)])
