"""Waits for words of another run, on every channel that a shared network would give. Argument: a word to meet by."""
import select, socket, sys
word = sys.argv[1]
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 47111))
tcp = socket.socket()
tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
tcp.bind(("127.0.0.1", 47112))
tcp.listen()
abstract = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
abstract.bind("\0" + word)
print("LISTENING", flush=True)
while True:
    for ready in select.select([udp, tcp, abstract], [], [])[0]:
        print("HEARD", {udp: "udp", tcp: "tcp", abstract: "abstract"}[ready], flush=True)
        if ready is tcp:
            tcp.accept()[0].close()
        else:
            ready.recv(100)
