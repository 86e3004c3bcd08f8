"""What /proc would tell about the program's own place on the host: mounts, maps, groups."""
import os
from attempt import allowed
for name in ("mountinfo", "mounts", "mountstats", "cgroup", "maps", "smaps", "numa_maps", "net/unix", "task/self/mountinfo"):
    allowed(f"/proc/self/{name}", lambda: open(f"/proc/self/{name}", "rb").read(1))
allowed("/proc/mounts", lambda: open("/proc/mounts", "rb").read(1))
allowed("mountinfo of a child", lambda: os.fork() == 0 and os._exit(0) or [open(f"/proc/{pid}/mountinfo").read(1) for pid in os.listdir("/proc") if pid.isdigit()])
allowed("mountinfo of a thread", lambda: open("/proc/thread-self/mountinfo", "rb").read(1))
