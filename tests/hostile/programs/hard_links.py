"""Hard links and renames that would carry a shared or foreign file into one's own, writable folder. Argument: a shared file."""
import ctypes, os, sys
from attempt import LIBC, allowed
shared = sys.argv[1]
for name, path in (("course file", shared), ("interpreter", os.path.realpath(sys.executable)), ("library", os.__file__), ("passwd", "/etc/passwd"), ("init's program", "/proc/1/exe"), ("own program", "/proc/self/exe"), ("device", "/dev/null"), ("file in /tmp", "/tmp/own")):
    if path == "/tmp/own":
        open(path, "w").close()
    allowed(f"link {name}", lambda: os.link(path, "linked") is None)
    allowed(f"rename {name}", lambda: os.rename(path, "moved") is None)
    allowed(f"link the open {name}", lambda: os.link(f"/proc/self/fd/{os.open(path, os.O_RDONLY)}", "linked-open", follow_symlinks=True) is None)
    def empty_path():
        descriptor = os.open(path, os.O_PATH)
        return LIBC.linkat(descriptor, b"", -100, b"linked-empty", 0x1000) == 0
    allowed(f"link the descriptor of {name}", empty_path)
