"""Namespaces of one's own: the first step of most escapes."""
import os
from attempt import allowed, call, in_child
for name, flag in (("user", 0x10000000), ("mount", 0x20000), ("pid", 0x20000000), ("net", 0x40000000), ("ipc", 0x08000000), ("uts", 0x04000000), ("cgroup", 0x02000000), ("time", 0x80)):
    allowed(f"unshare {name}", lambda: in_child(lambda: call("unshare", flag)))
    allowed(f"unshare user and {name}", lambda: in_child(lambda: call("unshare", flag | 0x10000000)))
def cloned(flags):
    pid = call("clone", flags | 17, 0, 0, 0, 0) - 1
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True
allowed("clone user", lambda: cloned(0x10000000))
allowed("clone mount", lambda: cloned(0x20000))
def cloned3():
    import struct
    arguments = struct.pack("11Q", 0x10000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0)
    pid = call("clone3", arguments, len(arguments)) - 1
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True
allowed("clone3 user", cloned3)
allowed("setns to init", lambda: call("setns", os.open("/proc/1/ns/mnt", os.O_RDONLY), 0))
allowed("setns to init by pidfd", lambda: call("setns", os.pidfd_open(1), 0x20000))
