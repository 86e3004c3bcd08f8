"""What only an administrator may do to a machine."""
from attempt import allowed, call
allowed("sethostname", lambda: call("sethostname", b"hostile", 7))
allowed("syslog", lambda: call("syslog", 10, 0, 0))
allowed("acct", lambda: call("acct", b"/tmp/acct"))
allowed("init_module", lambda: call("init_module", bytes(8), 8, b""))
allowed("kexec_load", lambda: call("kexec_load", 0, 0, 0, 0))
allowed("swapon", lambda: call("swapon", b"/tmp/swap", 0))
allowed("quotactl", lambda: call("quotactl", 0x800001, 0, 0, 0))
allowed("lookup_dcookie", lambda: call("lookup_dcookie", 0, bytes(64), 64))
for path in ("/proc/kcore", "/proc/kallsyms", "/proc/kmsg", "/proc/cmdline", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/dev/mem", "/dev/kmsg", "/dev/vda", "/dev/sda", "/sys/kernel/vmcoreinfo", "/sys/fs/cgroup/cgroup.procs"):
    allowed(f"read {path}", lambda: open(path, "rb").read(1))
    allowed(f"open {path} to write", lambda: __import__("os").open(path, 1))
