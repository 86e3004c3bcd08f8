"""Another's terminal: opening, taking, reading and unlocking it."""
import fcntl, os, struct, termios
from attempt import allowed, in_child
for number in range(0, 65):
    if f"/dev/pts/{number}" != os.ttyname(0):
        allowed(f"terminal {number}", lambda: os.open(f"/dev/pts/{number}", os.O_RDWR | os.O_NOCTTY) + 1)
def stolen():
    os.setsid()
    return fcntl.ioctl(0, termios.TIOCSCTTY, 1) is not None
allowed("take one's own terminal by force", lambda: in_child(stolen))
allowed("the master's other end", lambda: fcntl.ioctl(0, 0x5441, os.O_RDWR) >= 0)
allowed("the number of the master", lambda: fcntl.ioctl(0, 0x80045430, struct.pack("I", 0)) is not None)
allowed("the old pool", lambda: os.open("/dev/ptyp0", os.O_RDWR) + 1)
