"""Options and ports that reach beyond one's own socket."""
import socket
from attempt import allowed
def option(family, kind, level, name, value):
    with socket.socket(family, kind) as s:
        s.setsockopt(level, name, value)
    return True
tcp, udp = (socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET, socket.SOCK_DGRAM)
allowed("mark", lambda: option(*udp, socket.SOL_SOCKET, 36, 7))
allowed("transparent", lambda: option(*tcp, socket.IPPROTO_IP, 19, 1))
allowed("own headers", lambda: option(*udp, socket.IPPROTO_IP, 3, 1))
allowed("firewall", lambda: option(*udp, socket.IPPROTO_IP, 64, bytes(96)))
allowed("firewall 6", lambda: option(socket.AF_INET6, socket.SOCK_DGRAM, 41, 64, bytes(96)))
allowed("upper protocol", lambda: option(*tcp, socket.IPPROTO_TCP, 31, b"tls"))
allowed("debugging", lambda: option(*udp, socket.SOL_SOCKET, socket.SO_DEBUG, 1))
allowed("program of another kind", lambda: option(*udp, socket.SOL_SOCKET, 50, 3))
allowed("interfaces beyond loopback", lambda: [name for _, name in socket.if_nameindex() if name != "lo"] or None)
