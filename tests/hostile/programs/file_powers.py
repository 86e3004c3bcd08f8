"""Giving files powers: capabilities, lists of rights, owners, flags that outlast the run."""
import os, shutil, struct, subprocess, sys
from attempt import allowed
os.close(os.open("tool", os.O_CREAT | os.O_WRONLY, 0o755))
shutil.copyfile("/bin/sh", "tool")
power = struct.pack("<IIIII", 0x02000001, 0xFFFFFFFF, 0, 0xFFFFFFFF, 0)
allowed("capabilities on a file", lambda: os.setxattr("tool", "security.capability", power) is None)
allowed("capabilities with a root of one's own", lambda: os.setxattr("tool", "security.capability", struct.pack("<IIIIII", 0x03000001, 0xFFFFFFFF, 0, 0xFFFFFFFF, 0, os.getuid())) is None)
for name in ("trusted.hostile", "security.hostile", "security.selinux", "security.ima", "system.hostile"):
    allowed(name, lambda: os.setxattr("tool", name, b"x") is None)
allowed("give it to root", lambda: os.chown("tool", 0, 0) is None)
allowed("give it to a neighbour", lambda: os.chown("tool", os.getuid() + 1, -1) is None)
allowed("give it to a group", lambda: os.chown("tool", -1, 0) is None)
