"""What the machine tells of itself and of everybody on it: none of a student's business."""
import os
from attempt import allowed
for name in ("kallsyms", "kcore", "keys", "key-users", "modules", "cmdline", "config.gz", "iomem", "ioports", "interrupts", "slabinfo", "vmallocinfo", "pagetypeinfo", "timer_list", "sched_debug", "locks", "partitions", "diskstats", "mdstat", "swaps", "filesystems", "devices", "buddyinfo", "vmstat", "stat", "uptime", "loadavg", "meminfo", "version", "crypto", "tty/drivers", "net/dev", "net/tcp", "sysvipc/shm", "pressure/cpu", "bus/input/devices"):
    allowed(f"/proc/{name}", lambda: open(f"/proc/{name}", "rb").read(1))
for folder in ("/sys", "/sys/class", "/sys/kernel/debug", "/sys/kernel/tracing", "/sys/fs/cgroup", "/sys/firmware", "/sys/fs/bpf", "/proc/sys", "/proc/fs", "/proc/driver", "/var/log", "/var/spool", "/var/run", "/run/user", "/run/systemd", "/mnt", "/media", "/srv", "/lost+found"):
    allowed(folder, lambda: os.listdir(folder))
for path in ("/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/dbus/system_bus_socket", "/run/utmp", "/var/log/wtmp", "/var/log/lastlog", "/root/.ssh/id_rsa", "/etc/ssh/ssh_host_ed25519_key", "/etc/sudoers", "/etc/gshadow", "/.dockerenv"):
    allowed(path, lambda: os.stat(path))
