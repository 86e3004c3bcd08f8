"""Looks for the word that another run left. Argument: the word."""
import os, sys
from attempt import allowed, call
word = sys.argv[1]
for folder in ("/tmp", "/dev/shm", "/run", os.path.expanduser("~"), "/workspace"):
    allowed(f"in {folder}", lambda: os.path.exists(f"{folder}/{word}"))
allowed("System V memory", lambda: call("shmget", 0x4711, 4096, 0o666))
allowed("System V queue", lambda: call("msgget", 0x4711, 0o666))
allowed("System V semaphores", lambda: call("semget", 0x4711, 1, 0o666))
def named():
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and word[:15] in open(f"/proc/{name}/comm").read():
                return True
        except OSError:
            pass
allowed("its name", named)
allowed("more processes than one's own", lambda: [name for name in os.listdir("/proc") if name.isdigit() and int(name) not in (1, os.getpid())] or None)
