"""Speaks to another run of the same machine. Argument: a word to meet by."""
import os, socket, sys
from attempt import allowed
def udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("127.0.0.1", 47111))
        s.send(b"x")
        try:
            s.settimeout(0.3)
            s.recv(1)
        except TimeoutError:
            return True  # no refusal came back: somebody listens
def tcp():
    with socket.create_connection(("127.0.0.1", 47112), 1):
        return True
def abstract():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.connect("\0" + sys.argv[1])
        return s.send(b"x") == 1
allowed("udp to another run", udp)
allowed("tcp to another run", tcp)
allowed("abstract socket of another run", abstract)
allowed("names of sockets", lambda: sys.argv[1] in open("/proc/self/net/unix").read())
allowed("files of another run in /tmp", lambda: os.path.exists("/tmp/meeting"))
