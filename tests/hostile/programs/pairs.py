"""A socket that came as one of a pair can send to any name, if nobody forbids it. Argument: a socket that somebody else's service has."""
import socket, sys
from attempt import allowed
def pair(kind):
    return socket.socketpair(socket.AF_UNIX, kind)[0]
for name, kind in (("datagram", socket.SOCK_DGRAM), ("stream", socket.SOCK_STREAM), ("packets", socket.SOCK_SEQPACKET), ("raw", socket.SOCK_RAW)):
    allowed(f"send from a {name} pair", lambda: pair(kind).sendto(b"leak", sys.argv[1]))
    allowed(f"connect a {name} pair", lambda: pair(kind).connect(sys.argv[1]) is None)
