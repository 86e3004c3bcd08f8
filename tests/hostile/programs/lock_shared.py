"""Locks on a file that all students read. Argument: the file, and `hold` to keep what one got."""
import fcntl, os, struct, sys, time
from attempt import allowed
descriptor = os.open(sys.argv[1], os.O_RDONLY)
def record(command, kind):
    return fcntl.fcntl(descriptor, command, struct.pack("hhlli", kind, 0, 0, 0, 0)) is not None
allowed("write lock", lambda: record(fcntl.F_SETLK, fcntl.F_WRLCK))
allowed("open file write lock", lambda: record(37, fcntl.F_WRLCK))
allowed("write lease", lambda: fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK) is not None)
allowed("read lease", lambda: fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK) is not None)
if len(sys.argv) > 2:
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    print("HELD", flush=True)
    time.sleep(600)
allowed("exclusive flock", lambda: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB) is None)
