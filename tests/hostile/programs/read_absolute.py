"""Other people's files, the server's data and secrets, by their absolute paths."""
import os, sys
from attempt import allowed
for index, path in enumerate(sys.argv[1:]):
    allowed(f"read {index}", lambda: open(path, "rb").read(1))
    allowed(f"stat {index}", lambda: os.stat(path))
    if not path.startswith("/etc/"):
        allowed(f"list parent {index}", lambda: os.listdir(os.path.dirname(path)))
    allowed(f"write {index}", lambda: open(path, "ab").write(b"x"))
for path in ("/etc/shadow", "/root", "/var/lib", "/boot", "/sys/kernel", "/run"):
    allowed(f"list or read {path}", lambda: (os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)) or None)
allowed("another's home", lambda: set(os.listdir("/home")) - {"student"} or None)
