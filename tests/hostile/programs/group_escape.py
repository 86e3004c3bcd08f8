"""Leaving one's control group, and the old door through its release agent."""
import os
from attempt import allowed, call, in_child
for kind, options in ((b"cgroup", b"memory"), (b"cgroup", b"rdma"), (b"cgroup2", b"")):
    allowed(f"mount {kind.decode()} {options.decode()}", lambda: call("mount", b"x", b"/tmp", kind, 0, options))
    allowed(f"mount {kind.decode()} {options.decode()} in a space of one's own", lambda: in_child(lambda: call("unshare", 0x10000000 | 0x20000 | 0x2000000) and call("mount", b"x", b"/tmp", kind, 0, options)))
for path in ("/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory/cgroup.procs", "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/unified/cgroup.procs", "/sys/fs/cgroup/pids/tasks"):
    allowed(f"join {path}", lambda: open(path, "w").write(str(os.getpid())))
allowed("read its group", lambda: open("/proc/self/cgroup").read())
