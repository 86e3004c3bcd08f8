"""Socket families and protocols that no lesson needs and that reach drivers, the hypervisor or the kernel's tables."""
import socket
from attempt import allowed
def made(family, kind, protocol=0):
    socket.socket(family, kind, protocol).close()
    return True
for name, family, kind, protocol in (
    ("vsock", 40, 1, 0), ("vsock datagram", 40, 2, 0), ("netlink", 16, 3, 0), ("netlink audit", 16, 3, 9), ("packet", 17, 3, 0x0300),
    ("alg", 38, 5, 0), ("key", 15, 3, 2), ("bluetooth", 31, 3, 1), ("can", 29, 3, 1), ("tipc", 30, 4, 0), ("rds", 21, 5, 0),
    ("xdp", 44, 3, 0), ("qipcrtr", 42, 2, 0), ("smc", 43, 1, 0), ("ax25", 3, 5, 0), ("appletalk", 5, 2, 0), ("phonet", 35, 2, 0),
    ("udplite", 2, 2, 136), ("mptcp", 2, 1, 262), ("sctp", 2, 1, 132), ("dccp", 2, 6, 33), ("raw", 2, 3, 1), ("raw6", 10, 3, 58), ("ping", 2, 2, 1),
):
    allowed(name, lambda: made(family, kind, protocol))
allowed("netlink pair", lambda: socket.socketpair(16, 3))
