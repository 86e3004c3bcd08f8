import socket
import sys

print(sys.path, socket.MINE, list(globals()), __spec__, __loader__)
for name in sorted(name for name in sys.modules if not name.startswith(("_", "encodings"))):
    print(name)
#: file: socket.py
MINE = 1
