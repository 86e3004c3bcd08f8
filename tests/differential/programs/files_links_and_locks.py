#: rare
import fcntl
import os

open("a", "w").close()
os.symlink("a", "b")
os.link("a", "c")
with open("a") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
print(os.readlink("b"), os.stat("a").st_nlink, os.path.samefile("a", "c"))
