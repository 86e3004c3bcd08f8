"""Any way to the network or to a service of the host. Arguments: TCP port, UDP port, abstract name, socket path."""
import socket, sys
from attempt import allowed
tcp, udp, abstract, path = int(sys.argv[1]), int(sys.argv[2]), "\0" + sys.argv[3], sys.argv[4]
def connect(family, kind, address, protocol=0):
    with socket.socket(family, kind, protocol) as s:
        s.settimeout(0.5)
        s.connect(address)
        return s.send(b"leak") == 4
def send(family, address, protocol=0):
    with socket.socket(family, socket.SOCK_DGRAM, protocol) as s:
        s.settimeout(0.5)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        s.connect(address)
        s.send(b"leak")
        try:
            s.recv(1)
        except TimeoutError:
            return True  # nobody said no
allowed("tcp loopback", lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", tcp)))
allowed("tcp6 loopback", lambda: connect(socket.AF_INET6, socket.SOCK_STREAM, ("::1", tcp)))
allowed("tcp outside", lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ("192.0.2.1", 80)))
allowed("udp loopback", lambda: send(socket.AF_INET, ("127.0.0.1", udp)))
allowed("udp outside", lambda: send(socket.AF_INET, ("192.0.2.1", 53)))
allowed("udp broadcast", lambda: send(socket.AF_INET, ("255.255.255.255", 9)))
allowed("udplite", lambda: send(socket.AF_INET, ("127.0.0.1", udp), 136))
allowed("mptcp", lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", tcp), 262))
allowed("abstract socket of the host", lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, abstract))
allowed("path socket of the host", lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, path))
allowed("name resolution", lambda: socket.getaddrinfo("example.org", 80))
