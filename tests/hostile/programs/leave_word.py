"""Leaves a word for another run wherever one could find it: System V memory, /tmp, a message queue, its own name. Argument: the word."""
import ctypes, os, sys, time
from attempt import CALLS, LIBC, call
word = sys.argv[1]
for folder in ("/tmp", "/dev/shm", "/run", os.path.expanduser("~")):
    try:
        open(f"{folder}/{word}", "w").close()
        os.chmod(f"{folder}/{word}", 0o666)
    except OSError:
        pass
for kind, arguments in (("shmget", (0x4711, 4096, 0o1666)), ("msgget", (0x4711, 0o1666)), ("semget", (0x4711, 1, 0o1666))):
    try:
        call(kind, *arguments)
    except OSError:
        pass
open(word, "w").close()
os.makedirs("shared", exist_ok=True)
ctypes.CDLL(None).prctl(15, word.encode()[:15], 0, 0, 0)
print("LEFT", flush=True)
time.sleep(600)
