"""Makes links and odd files in its workspace for the server to fall into. Arguments: paths on the host, then shared files."""
import os, socket, sys
for number, path in enumerate(sys.argv[1:]):
    os.symlink(path, f"symlink-{number}.txt")
    os.symlink(os.path.dirname(path), f"folder-{number}")
    os.symlink("../" * 12 + path.lstrip("/"), f"relative-{number}.txt")
    os.symlink("/proc/self/root" + path, f"magic-{number}.txt")
    try:
        os.link(path, f"hard-{number}.txt")
        print("HARD LINK MADE", path)
    except OSError as error:
        print("hard link refused", error.errno)
for path in ("/opt/python/bin/python3", "/proc/self/exe"):
    try:
        os.link(path, "hard-system-" + os.path.basename(path))
        print("HARD LINK MADE", path)
    except OSError as error:
        print("hard link refused", error.errno)
os.symlink("/proc/self/fd", "descriptors")
os.symlink("loop", "loop")
os.mkfifo("fifo.txt")
try:
    socket.socket(socket.AF_UNIX).bind("socket.txt")
except OSError:
    pass
try:
    os.mknod("device.txt", 0o020666, os.makedev(1, 5))
    print("DEVICE MADE")
except OSError:
    pass
with open("sparse.bin", "wb") as file:
    file.truncate(60 << 20)
deep = "."
for _ in range(30):
    deep += "/deep"
    os.mkdir(deep)
for name in (b"bad\xff\xfename.txt", "new\nline.txt".encode(), b"esc\x1b]0;title\x07.txt", "\u202egnp.exe".encode(), b"-rf"):
    open(os.path.join(b".", name), "wb").close()
open("suid.sh", "w").write("#!/bin/sh\n")
for path, mode in (("suid.sh", 0o6777), (".", 0o777)):
    try:
        os.chmod(path, mode)
    except OSError:
        pass
print("PREPARED")
