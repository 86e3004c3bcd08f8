"""Becoming somebody else."""
import ctypes, os, struct, subprocess
from attempt import allowed, call, in_child
def became(act):
    return in_child(lambda: (act(), 0 in os.getresuid() or 0 in os.getresgid())[1])
allowed("setuid", lambda: became(lambda: os.setuid(0)))
allowed("setresuid", lambda: became(lambda: os.setresuid(0, 0, 0)))
allowed("setgid", lambda: became(lambda: os.setgid(0)))
allowed("setgroups", lambda: in_child(lambda: os.setgroups([0]) is None))
allowed("another student's uid", lambda: in_child(lambda: os.setuid(os.getuid() + 1) is None))
allowed("capset", lambda: in_child(lambda: call("capset", struct.pack("Ii", 0x20080522, 0), struct.pack("6I", 0x200000, 0x200000, 0, 0, 0, 0))))
allowed("capabilities at all", lambda: any(int(line.split()[1], 16) for line in open("/proc/self/status") if line.startswith(("CapPrm", "CapEff", "CapBnd", "CapAmb", "CapInh"))))
allowed("no_new_privs is off", lambda: "NoNewPrivs:\t0" in open("/proc/self/status").read())
allowed("groups of the host's root", lambda: 0 in os.getgroups())
allowed("being root", lambda: os.getuid() == 0)
def set_uid_programs():
    for folder in ("/usr/bin", "/usr/sbin", "/usr/libexec", "/usr/lib/dbus-1.0", "/usr/lib/openssh", "/opt/env/bin"):
        for place, _, files in [(folder, (), os.listdir(folder) if os.path.isdir(folder) else [])]:
            for name in files:
                try:
                    path = os.path.join(place, name)
                    if os.lstat(path).st_mode & 0o6000 and os.access(path, os.X_OK):
                        yield path
                except OSError:
                    pass
def privileged_by(path):
    code = "import os,sys; sys.exit(0 if 0 in os.getresuid() else 1)"
    return subprocess.run([path, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, timeout=5).returncode == 0
allowed("a set-uid program", lambda: any(privileged_by(path) for path in list(set_uid_programs())[:5]))
def own_set_uid():
    import shutil, sys
    shutil.copy(os.path.realpath(sys.executable), "setuid-python")
    try:
        os.chmod("setuid-python", 0o6755)
        return privileged_by("./setuid-python")
    finally:
        os.unlink("setuid-python")
allowed("a set-uid copy of one's own", own_set_uid)
