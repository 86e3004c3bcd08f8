"""What can be asked about processes that are none of one's own: that they are there, and what the kernel tells of them."""
import os
from attempt import allowed
OWN = {1, os.getpid(), os.getppid()}
PIDS = [pid for pid in (*range(2, 400), *range(max(400, os.getpid() - 4000), os.getpid() + 100)) if pid not in OWN]
def any_of(act):
    for pid in PIDS:
        try:
            if act(pid):
                return True
        except OSError:
            pass
def there(pid):
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
allowed("a number in use", lambda: any_of(there))
allowed("a session", lambda: any_of(lambda pid: os.getsid(pid) or True))
allowed("a priority", lambda: any_of(lambda pid: os.getpriority(os.PRIO_PROCESS, pid) is not None))
allowed("processors", lambda: any_of(os.sched_getaffinity))
allowed("a folder in /proc", lambda: any_of(lambda pid: os.stat(f"/proc/{pid}")))
allowed("a list of them", lambda: [name for name in os.listdir("/proc") if name.isdigit() and int(name) not in OWN] or None)
for name in ("comm", "cmdline", "status", "stat", "statm", "wchan", "io", "cgroup", "children", "limits"):
    allowed(name, lambda: any_of(lambda pid: open(f"/proc/{pid}/{name}", "rb").read(1)))
for name in ("cwd", "exe", "root", "fd/0", "ns/net"):
    allowed(name, lambda: any_of(lambda pid: os.readlink(f"/proc/{pid}/{name}")))
allowed("threads", lambda: any_of(lambda pid: os.listdir(f"/proc/{pid}/task")))
allowed("a kill", lambda: any_of(lambda pid: os.kill(pid, 18) is None))
allowed("a kill of a group", lambda: any_of(lambda pid: os.killpg(pid, 18) is None))
