"""Climbs by descriptors: `..` from an open folder, from the root, from a folder that was moved or removed under it."""
import os
from attempt import allowed
ROOT = {name: os.stat(name).st_ino for name in ("/",)}["/"]
def climbs(start):
    descriptor = os.open(start, os.O_RDONLY | os.O_DIRECTORY)
    for _ in range(20):
        descriptor = os.open("..", os.O_RDONLY | os.O_DIRECTORY, dir_fd=descriptor)
    return os.fstat(descriptor).st_ino != ROOT
for start in ("/", "/workspace", "/tmp", "/course/notes", "/proc/self/cwd", "/proc/self/root", "/dev/pts", "/opt/env"):
    allowed(f"above everything from {start}", lambda: climbs(start))
def moved():
    os.makedirs("a/b/c", exist_ok=True)
    descriptor = os.open("a/b/c", os.O_RDONLY)
    os.rename("a/b/c", "c")
    os.rmdir("a/b")
    return os.stat("../..", dir_fd=descriptor).st_ino not in (ROOT, os.stat("/workspace").st_ino)
allowed("above a folder that was moved", moved)
def removed():
    os.mkdir("gone")
    descriptor = os.open("gone", os.O_RDONLY)
    os.rmdir("gone")
    return os.listdir(os.open("..", os.O_RDONLY, dir_fd=descriptor)) and os.stat("..", dir_fd=descriptor).st_ino != os.stat("/workspace").st_ino
allowed("above a folder that is gone", removed)
allowed("another root", lambda: os.readlink("/proc/self/root") != "/")
