"""What the script's process gives up before the first line of a student's program runs."""

import os
import resource
import signal
from dataclasses import dataclass

from pythonide_sandbox import landlock, seccomp, syscalls
from pythonide_sandbox.landlock import Access
from pythonide_sandbox.layers import COURSE, HOME, WORKSPACE, Layer

_WRITABLE = ("/tmp", "/dev/shm", HOME)
_ATTACHED_LATER = {WORKSPACE: Access.WRITE, COURSE: Access.READ}
_KEEP_CAPABILITIES = 8
_CORE_TO_NOWHERE = 1
"""A limit of 0 is ignored where cores go to a pipe; 1 byte is honoured everywhere."""
_CPU_GRACE_SECONDS = 2
_PENDING_SIGNALS = 256
_LOCKED_BYTES = 64 * 1024
_HARD_STACK_BYTES = 64 * 1024 * 1024
_STACK_BYTES = 8 * 1024 * 1024
MASK_FOR_NEW_FILES = 0o022


@dataclass(frozen=True)
class RunLimits:
    """What one run may use, as the launcher clamped it."""

    cpu_seconds: float
    memory_bytes: int
    processes: int
    file_bytes: int
    open_files: int
    tmp_bytes: int


def limit_resources(limits: RunLimits, *, processes: int, inherited: int) -> None:
    """Set the limits that the kernel keeps per process. `processes` counts all of this uid, `inherited` bytes are the zygote's."""
    cpu = int(limits.cpu_seconds) + _CPU_GRACE_SECONDS
    allowance = inherited + limits.memory_bytes // 8 * 7
    # Memory shared with the zygote costs this run nothing, so it comes on top: a program that grows gets a MemoryError
    # with a traceback before the limit on the whole run kills it.
    for kind, soft, hard in (
        (resource.RLIMIT_DATA, allowance, allowance),
        (resource.RLIMIT_CPU, cpu, cpu + _CPU_GRACE_SECONDS),
        (resource.RLIMIT_NPROC, processes, processes),
        (resource.RLIMIT_NOFILE, limits.open_files, limits.open_files),
        (resource.RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes),
        (resource.RLIMIT_CORE, _CORE_TO_NOWHERE, _CORE_TO_NOWHERE),
        (resource.RLIMIT_MEMLOCK, _LOCKED_BYTES, _LOCKED_BYTES),
        (resource.RLIMIT_SIGPENDING, _PENDING_SIGNALS, _PENDING_SIGNALS),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
        (resource.RLIMIT_STACK, _STACK_BYTES, _HARD_STACK_BYTES),
    ):
        _lower(kind, soft, hard)


def limit_this_process(limits: dict[str, int]) -> None:
    """Set what the kernel keeps per process, where there is no sandbox: seconds of `cpu`, bytes of `data`, of a `file`."""
    cpu = limits["cpu"]
    for kind, soft, hard in (
        (resource.RLIMIT_CPU, cpu, cpu + _CPU_GRACE_SECONDS),
        (resource.RLIMIT_DATA, limits["data"], limits["data"]),
        (resource.RLIMIT_FSIZE, limits["file"], limits["file"]),
    ):
        _lower(kind, soft, hard)


def inherited_bytes() -> int:
    """Return how much data this process has now; before its program begins, all of it is the zygote's."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[5]) * resource.getpagesize()


def _lower(kind: int, soft: int, hard: int) -> None:
    _, ceiling = resource.getrlimit(kind)
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(kind, (soft, hard))


def become(uid: int, *, without: frozenset[Layer], set_groups: bool = True, all_ids: bool = True) -> None:
    """Turn into `uid` for good: no groups, no capability, none to be gained."""
    if Layer.CAPS in without:
        syscalls.prctl(_KEEP_CAPABILITIES, 1)
    if all_ids:
        if set_groups:
            os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    if Layer.CAPS not in without:
        syscalls.clear_capabilities()
    if Layer.NO_NEW_PRIVS not in without:
        syscalls.no_new_privileges()


def begin_ruleset(without: frozenset[Layer], *, tcp: bool) -> int | None:
    """Begin the list of what a program may open, with all but what the run's mounts add; `None` without Landlock.

    Of /proc only names and links: `mountinfo` and its like tell where on the host's disks the mounts come from, and the
    names of people in those paths.
    """
    if Layer.LANDLOCK in without or not landlock.version():
        return None
    later = {path.removeprefix("/") for path in _ATTACHED_LATER}
    readable = [f"/{name}" for name in sorted(os.listdir("/")) if name not in {"proc", "dev", "tmp"} | later]
    return landlock.prepare(
        [
            ("/", Access.LIST),
            ("/dev", Access.DEVICE),
            *((place, Access.READ) for place in readable),
            *((place, Access.WRITE) for place in _WRITABLE),
        ],
        tcp=tcp,
    )


def close_doors(ruleset: int | None, bpf: bytes, without: frozenset[Layer]) -> None:
    """Put Landlock and seccomp on this process. The last step: nothing can be set up after it."""
    if ruleset is not None:
        landlock.add(ruleset, [*_ATTACHED_LATER.items()])
        landlock.enforce(ruleset)
        os.close(ruleset)
    if Layer.SECCOMP not in without:
        seccomp.install(bpf)


def fresh_signals() -> None:
    """Give every signal its default again and block none, as in a program started by a shell."""
    for number in signal.valid_signals():
        if number not in (signal.SIGKILL, signal.SIGSTOP) and signal.getsignal(number) is not None:
            if number == signal.SIGINT:
                signal.signal(number, signal.default_int_handler)
            elif number not in (signal.SIGPIPE, getattr(signal, "SIGXFSZ", None)):
                signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
