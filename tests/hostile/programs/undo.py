"""Taking off what was put on: filters, rules, limits, and by starting anew what they would forget."""
import os, subprocess, sys
from attempt import allowed, call
PROBE = "import ctypes,os,sys; l=ctypes.CDLL(None,use_errno=True); sys.exit(0 if l.syscall(272,0x10000000)==0 or l.syscall(319,b'x',0)>=0 or os.path.exists('/proc/self/mountinfo') and open('/proc/self/mountinfo').read() else 1)"
def free(*command, **options):
    return subprocess.run([*command, "-c", PROBE], capture_output=True, timeout=10, **options).returncode == 0
allowed("a fresh interpreter is free", lambda: free(sys.executable, "-I"))
allowed("one in a session of its own is free", lambda: free(sys.executable, "-I", start_new_session=True))
allowed("one by the loader is free", lambda: free("/lib64/ld-linux-x86-64.so.2", os.path.realpath(sys.executable)))
def copied():
    import shutil
    shutil.copy(os.path.realpath(sys.executable), "/tmp/python-copy")
    return free("/tmp/python-copy", "-I")
allowed("a copy of it is free", copied)
allowed("another rule set", lambda: call("landlock_restrict_self", -1, 0))
allowed("another filter", lambda: call("seccomp", 1, 0, 0))
