"""Turns on its own workspace folder: away with it, closed, owned by somebody else."""
import os
from attempt import allowed
allowed("remove it", lambda: os.rmdir("/workspace") is None)
allowed("rename it", lambda: os.rename("/workspace", "/tmp/gone") is None)
allowed("give it away", lambda: os.chown("/workspace", 0, 0) is None)
allowed("give a file away", lambda: (open("mine", "w").close(), os.chown("mine", 0, 0))[1] is None)
allowed("swap it for a link", lambda: (os.rename("/workspace", "/tmp/w"), os.symlink("/", "/workspace")))
allowed("a device in it", lambda: os.mknod("device", 0o020666, os.makedev(1, 1)) is None)
allowed("a device in /tmp", lambda: os.mknod("/tmp/device", 0o060666, os.makedev(254, 0)) is None)
