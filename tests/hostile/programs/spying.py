"""Watching others through what is shared: file events, leases, page cache. Argument: a shared, read-only file."""
import ctypes, fcntl, os, sys
from attempt import allowed, call
shared = sys.argv[1]
import signal
signal.signal(signal.SIGIO, signal.SIG_IGN)
own = "own.txt"
open(own, "w").close()
vector = ctypes.create_string_buffer(64)
allowed("inotify", lambda: call("inotify_init1", 0))
allowed("fanotify", lambda: call("fanotify_init", 0, 0))
allowed("dnotify", lambda: fcntl.fcntl(os.open(os.path.dirname(shared), os.O_RDONLY), 1026, 0x80000001) is not None)
allowed("lease on a shared file", lambda: fcntl.fcntl(os.open(shared, os.O_RDONLY), 1024, fcntl.F_RDLCK) is not None)
allowed("lease on one's own file", lambda: fcntl.fcntl(os.open(own, os.O_RDWR), 1024, fcntl.F_WRLCK) is not None)
allowed("cachestat", lambda: call("cachestat", os.open(shared, os.O_RDONLY), (ctypes.c_uint64 * 2)(0, 0), (ctypes.c_uint64 * 5)(), 0))
allowed("mincore", lambda: call("mincore", ctypes.addressof(vector) & ~4095, 4096, vector))
def nowait():
    data = ctypes.create_string_buffer(16)
    iov = (ctypes.c_size_t * 2)(ctypes.addressof(data), 16)
    return call("preadv2", os.open(shared, os.O_RDONLY), iov, 1, 0, 0, 8)
allowed("RWF_NOWAIT", nowait)
