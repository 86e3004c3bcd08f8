"""Waits for words of another run, on every channel that a shared network would give. Argument: a word to meet by."""
import select, socket, sys
word = sys.argv[1]
ways = {}
for name, family, kind, address in (("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 47111)), ("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 47112)), ("abstract", socket.AF_UNIX, socket.SOCK_DGRAM, "\0" + word)):
    try:
        way = socket.socket(family, kind)
        way.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        way.bind(address)
    except OSError:
        continue  # where there are no sockets at all, nobody is heard either
    if name == "tcp":
        way.listen()
    ways[way] = name
print("LISTENING", flush=True)
while True:
    for ready in select.select(list(ways), [], [])[0]:
        print("HEARD", ways[ready], flush=True)
        if ways[ready] == "tcp":
            ready.accept()[0].close()
        else:
            ready.recv(100)
