"""Device nodes: those that are there, and new ones."""
import os, stat
from attempt import allowed
KNOWN = {"null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm", "fd", "stdin", "stdout", "stderr"}
allowed("another device", lambda: set(os.listdir("/dev")) - KNOWN or None)
allowed("another terminal", lambda: set(os.listdir("/dev/pts")) - {"0", "ptmx"} or None)
nodes = {"mem": (stat.S_IFCHR, 1, 1), "kmsg": (stat.S_IFCHR, 1, 11), "disk": (stat.S_IFBLK, 254, 0), "loop": (stat.S_IFBLK, 7, 0), "fuse": (stat.S_IFCHR, 10, 229), "kvm": (stat.S_IFCHR, 10, 232), "tun": (stat.S_IFCHR, 10, 200), "vsock": (stat.S_IFCHR, 10, 241), "null": (stat.S_IFCHR, 1, 3), "whiteout": (stat.S_IFCHR, 0, 0)}
for name, (kind, major, minor) in nodes.items():
    for folder in (".", "/tmp", "/dev/shm", "/dev", os.path.expanduser("~")):
        allowed(f"make {name} in {folder}", lambda: os.mknod(f"{folder}/{name}", kind | 0o666, os.makedev(major, minor)) is None and os.open(f"{folder}/{name}", os.O_RDWR) + 1)
for name in ("fuse", "kvm", "vhost-net", "vhost-vsock", "vsock", "net/tun", "loop-control", "btrfs-control", "mapper/control", "userfaultfd", "uinput", "snd/control", "dri/card0", "mem", "port", "sda", "vda", "console", "tty0", "vcs", "ttyS0", "hpet", "cuse"):
    allowed(f"open /dev/{name}", lambda: os.open(f"/dev/{name}", os.O_RDONLY) + 1)
