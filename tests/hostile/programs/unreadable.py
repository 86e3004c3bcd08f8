"""Making programs that their own user may start and not read: whoever counts what they use could not look into them."""
import ctypes, os, stat, struct
from attempt import LIBC, allowed
def unreadable(name):
    return not os.access(name, os.R_OK)
def opened(name):
    os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o311))
    return unreadable(name)
def created(name):
    os.close(LIBC.creat(name.encode(), 0o311))
    return unreadable(name)
def noded(name):
    os.mknod(name, stat.S_IFREG | 0o311)
    return unreadable(name)
def masked(name):
    before = os.umask(0o466)
    try:
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o777))
    finally:
        os.umask(before)
    return unreadable(name)
def nameless(name):
    descriptor = os.open(".", os.O_TMPFILE | os.O_WRONLY, 0o311)
    return not os.fstat(descriptor).st_mode & 0o400
def by_openat2(name):
    how = struct.pack("QQQ", os.O_CREAT | os.O_WRONLY, 0o311, 0)
    if LIBC.syscall(ctypes.c_long(437), ctypes.c_long(-100), name.encode(), how, ctypes.c_long(len(how))) < 0:
        raise OSError(ctypes.get_errno(), "openat2")
    return unreadable(name)
for number, act in enumerate((opened, created, noded, masked, nameless, by_openat2)):
    allowed(act.__name__, lambda: act(f"file-{number}"))
allowed("taken back later", lambda: os.chmod(__file__, 0o311) is None and unreadable(__file__))
allowed("declared so", lambda: LIBC.prctl(4, 0, 0, 0, 0) == 0 and LIBC.prctl(3, 0, 0, 0, 0) == 0)
