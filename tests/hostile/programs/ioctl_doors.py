"""Requests to devices and file systems."""
import fcntl, os, socket, struct
from attempt import allowed
open("file", "w").write("x")
def ask(path, request, argument=bytes(64), mode=os.O_RDONLY):
    descriptor = os.open(path, mode)
    try:
        return fcntl.ioctl(descriptor, request, argument) is not None
    finally:
        os.close(descriptor)
for name, request in (("flags", 0x40086602), ("get flags", 0x80086601), ("freeze", 0xC0045877), ("thaw", 0xC0045878), ("trim", 0xC0185879), ("extents", 0xC020660B), ("clone", 0x40049409), ("dedupe", 0xC0189436), ("label", 0x41009432), ("encrypt", 0x800C6613), ("verity", 0x40806685), ("version", 0x80087601), ("fsx set", 0x401C5820), ("fsx get", 0x801C581F), ("uuid", 0x80111500), ("shut down", 0x8004587D)):
    allowed(f"{name} of the workspace", lambda: ask(".", request))
    allowed(f"{name} of a file", lambda: ask("file", request, mode=os.O_RDWR))
for name, request in (("entropy", 0x40045201), ("clear entropy", 0x5206), ("reseed", 0x5207)):
    allowed(name, lambda: ask("/dev/urandom", request))
for name, request in (("vhangup", 0x5437), ("lock the terminal", 0x5457), ("serial", 0x541F), ("console", 0x541D), ("mode of keys", 0x4B45), ("line discipline", 0x5423), ("session", 0x5438)):
    allowed(name, lambda: fcntl.ioctl(0, request, struct.pack("i", 2)) is not None)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    for name, request, argument in (("address", 0x8916, struct.pack("16sH14s", b"lo", 2, bytes(2) + bytes([10, 0, 0, 1]))), ("interface down", 0x8914, struct.pack("16sH", b"lo", 0)), ("route", 0x890B, bytes(120)), ("arp", 0x8955, bytes(68)), ("rename", 0x8923, b"lo".ljust(16, b"\0") + b"x".ljust(16, b"\0")), ("tunnel", 0x89F1, bytes(40)), ("bridge", 0x89A0, b"br0".ljust(16, b"\0")), ("vlan", 0x8983, bytes(40)), ("netns of it", 0x894C, bytes(4))):
        allowed(name, lambda: fcntl.ioctl(s, request, argument) is not None)
