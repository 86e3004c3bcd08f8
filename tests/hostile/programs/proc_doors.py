"""The doors in /proc: roots, working folders and descriptors of other processes."""
import os, sys
from attempt import allowed, other_pids
def any_of(act):
    for pid in other_pids():
        try:
            if act(pid):
                return True
        except OSError:
            pass
    return False
allowed("root of another", lambda: any_of(lambda p: os.listdir(f"/proc/{p}/root")))
allowed("cwd of another", lambda: any_of(lambda p: os.readlink(f"/proc/{p}/cwd")))
allowed("exe of another", lambda: any_of(lambda p: os.readlink(f"/proc/{p}/exe")))
allowed("descriptors of another", lambda: any_of(lambda p: [os.readlink(f"/proc/{p}/fd/{n}") for n in os.listdir(f"/proc/{p}/fd")]))
allowed("memory map of another", lambda: any_of(lambda p: open(f"/proc/{p}/maps").read()))
for index, path in enumerate(sys.argv[1:]):
    allowed(f"file {index} through a root", lambda: any_of(lambda p: open(f"/proc/{p}/root{path}", "rb").read(1)))
