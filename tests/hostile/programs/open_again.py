"""Opens for writing what was opened for reading: through /proc, through a path descriptor, by truncation. Argument: a shared file."""
import os, sys
from attempt import allowed
for name, path in (("course file", sys.argv[1]), ("library", os.__file__), ("interpreter", os.path.realpath(sys.executable)), ("passwd", "/etc/passwd")):
    descriptor = os.open(path, os.O_RDONLY)
    handle = os.open(path, os.O_PATH)
    for number in (descriptor, handle):
        allowed(f"{name} by /proc/self/fd/{number}", lambda: os.open(f"/proc/self/fd/{number}", os.O_RDWR) + 1)
    allowed(f"truncate {name}", lambda: os.truncate(path, 0) is None)
    allowed(f"truncate open {name}", lambda: os.ftruncate(descriptor, 0) is None)
    allowed(f"chmod open {name}", lambda: os.fchmod(descriptor, 0o777) is None)
    allowed(f"chown open {name}", lambda: os.fchown(descriptor, os.getuid(), -1) is None)
    allowed(f"allocate in {name}", lambda: os.posix_fallocate(descriptor, 0, 1 << 20) is None)
    def mapped():
        import mmap
        with mmap.mmap(descriptor, 1, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE) as memory:
            memory[0] = memory[0]
        return True
    allowed(f"map {name} for writing", mapped)
    allowed(f"exchange {name}", lambda: os.replace("own", path) is None)
    allowed(f"remove {name}", lambda: os.unlink(path) is None)
