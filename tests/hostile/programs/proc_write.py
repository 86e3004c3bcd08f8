"""Writing into /proc, about oneself and about the machine."""
import os
from attempt import allowed
for name, text in (("uid_map", "0 0 1"), ("gid_map", "0 0 1"), ("setgroups", "allow"), ("attr/current", "unconfined"), ("attr/exec", "unconfined"), ("timens_offsets", "monotonic 1 0"), ("autogroup", "-5"), ("coredump_filter", "0xff"), ("clear_refs", "1"), ("loginuid", "0"), ("oom_adj", "-17"), ("oom_score_adj", "-1000"), ("make-it-fail", "1"), ("projid_map", "0 0 1"), ("mem", "x"), ("sched", "x"), ("timerslack_ns", "1"), ("environ", "x")):
    allowed(f"/proc/self/{name}", lambda: open(f"/proc/self/{name}", "w").write(text))
for name in ("kernel/core_pattern", "kernel/modprobe", "kernel/hostname", "kernel/panic", "kernel/sysrq", "kernel/ns_last_pid", "kernel/yama/ptrace_scope", "kernel/unprivileged_userns_clone", "vm/overcommit_memory", "vm/drop_caches", "fs/suid_dumpable", "fs/binfmt_misc/register", "net/ipv4/ip_forward", "user/max_user_namespaces"):
    allowed(f"/proc/sys/{name}", lambda: open(f"/proc/sys/{name}", "w").write("0"))
    allowed(f"read /proc/sys/{name}", lambda: open(f"/proc/sys/{name}").read())
for name in ("sysrq-trigger", "irq/0/smp_affinity", "mtrr", "acpi/wakeup", "scsi/scsi", "bus/pci/00/00.0"):
    allowed(f"/proc/{name}", lambda: open(f"/proc/{name}", "w").write("b"))
