"""Debugging other processes, and letting oneself be debugged."""
import ctypes
from attempt import allowed, call, in_child, other_pids
def any_of(act):
    for pid in other_pids():
        try:
            if act(pid):
                return True
        except OSError:
            pass
    return False
buffer = ctypes.create_string_buffer(8)
iov = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8)
allowed("traceme", lambda: in_child(lambda: call("ptrace", 0, 0, 0, 0)))
allowed("attach", lambda: any_of(lambda p: call("ptrace", 16, p, 0, 0)))
allowed("seize", lambda: any_of(lambda p: call("ptrace", 0x4206, p, 0, 0)))
allowed("readv", lambda: any_of(lambda p: call("process_vm_readv", p, iov, 1, iov, 1, 0)))
allowed("writev", lambda: any_of(lambda p: call("process_vm_writev", p, iov, 1, iov, 1, 0)))
allowed("kcmp", lambda: any_of(lambda p: call("kcmp", p, p, 0, 0, 0)))
allowed("pidfd_getfd", lambda: any_of(lambda p: __import__("os").pidfd_open(p) and call("pidfd_getfd", __import__("os").pidfd_open(p), 0, 0)))
allowed("process_madvise", lambda: any_of(lambda p: call("process_madvise", __import__("os").pidfd_open(p), iov, 1, 21, 0)))
allowed("move_pages", lambda: any_of(lambda p: call("move_pages", p, 0, 0, 0, 0, 0)))
