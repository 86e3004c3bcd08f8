"""Raising one's own limits, and touching those of init."""
import os, resource, struct
from attempt import allowed, call, in_child
for name in ("NPROC", "FSIZE", "NOFILE", "CORE", "AS", "DATA", "CPU", "MEMLOCK", "MSGQUEUE", "SIGPENDING", "NICE", "RTPRIO"):
    which = getattr(resource, "RLIMIT_" + name)
    soft, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        allowed(f"raise {name}", lambda: resource.setrlimit(which, (hard + 1, hard + 1)) is None)
    elif name in ("NPROC", "FSIZE", "NOFILE", "CORE", "MSGQUEUE", "SIGPENDING", "MEMLOCK"):
        allowed(f"raise {name}", lambda: True)
allowed("prlimit of init", lambda: call("prlimit64", 1, 7, 0, bytes(bytearray(16))))
allowed("prlimit of the parent", lambda: call("prlimit64", os.getppid(), 7, struct.pack("QQ", 1, 1), 0))
allowed("affinity of init", lambda: call("sched_setaffinity", 1, 8, struct.pack("Q", 1)))
allowed("affinity of the parent", lambda: call("sched_setaffinity", os.getppid(), 8, struct.pack("Q", 1)))
allowed("real time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)) is None)
allowed("negative nice", lambda: in_child(lambda: os.nice(-5) <= 0 and True))
allowed("priority of init", lambda: os.setpriority(os.PRIO_PROCESS, 1, 19) is None)
allowed("oom score", lambda: open("/proc/self/oom_score_adj", "w").write("-900") and in_child(lambda: int(open("/proc/self/oom_score_adj").read()) < 0))
