"""Descriptors, environment and arguments that should not have come along."""
import os, stat, sys
from attempt import allowed
def kinds():
    for number in range(3, 1024):
        try:
            yield number, os.fstat(number).st_mode
        except OSError:
            pass
found = list(kinds())
print("DESCRIPTORS", [(n, stat.filemode(m)) for n, m in found])
print("ENVIRON", dict(os.environ), "ARGV", sys.argv, sys.orig_argv)
for name in ("cmdline", "environ"):
    try:
        print(name, open(f"/proc/self/{name}", "rb").read())
    except OSError as error:
        print(name, error)
allowed("folder", lambda: any(stat.S_ISDIR(m) for _, m in found))
allowed("file", lambda: any(stat.S_ISREG(m) for _, m in found))
allowed("device", lambda: any(stat.S_ISCHR(m) or stat.S_ISBLK(m) for _, m in found))
allowed("more than the runner's channel", lambda: len([1 for _, m in found if stat.S_ISSOCK(m) or stat.S_ISFIFO(m)]) > 1)
