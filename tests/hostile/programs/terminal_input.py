"""Pushing keys into a terminal, and other old terminal tricks."""
import fcntl, os, termios
from attempt import allowed
for name, descriptor in (("stdin", 0), ("stdout", 1)):
    allowed(f"TIOCSTI {name}", lambda: fcntl.ioctl(descriptor, 0x5412, b"x") is not None)
    allowed(f"TIOCLINUX {name}", lambda: fcntl.ioctl(descriptor, 0x541C, b"\x02") is not None)
    allowed(f"TIOCSETD {name}", lambda: fcntl.ioctl(descriptor, 0x5423, b"\x02\0\0\0") is not None)
    allowed(f"TIOCCONS {name}", lambda: fcntl.ioctl(descriptor, 0x541D) is not None)
allowed("/dev/tty and TIOCSTI", lambda: fcntl.ioctl(os.open("/dev/tty", os.O_RDWR), termios.TIOCSTI, b"x") is not None)
allowed("a console", lambda: os.open("/dev/console", os.O_RDWR) + 1)
allowed("tty0", lambda: os.open("/dev/tty0", os.O_RDWR) + 1)
