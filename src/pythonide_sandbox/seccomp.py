"""The system calls a student's program may make: an allow-list; every other call answers ENOSYS."""

import ctypes
import errno
import struct
from collections.abc import Sequence

from pythonide_sandbox.syscall_numbers import AUDIT_ARCH, MACHINE, numbers_for
from pythonide_sandbox.syscalls import call

ALLOWED = """
read write readv writev pread64 pwrite64 preadv pwritev open openat openat2 creat close close_range lseek dup dup2 dup3 pipe pipe2
flock fsync fdatasync sync_file_range stat fstat lstat newfstatat statx access faccessat faccessat2 getcwd chdir fchdir
rename renameat renameat2 mkdir mkdirat rmdir link linkat symlink symlinkat unlink unlinkat readlink readlinkat truncate ftruncate
getdents getdents64 statfs fstatfs umask mknod mknodat
getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
sendfile splice tee copy_file_range readahead fadvise64
mmap munmap mremap mprotect brk madvise msync mlock mlock2 munlock mlockall munlockall membarrier pkey_alloc pkey_free pkey_mprotect
select pselect6 poll ppoll epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2
signalfd signalfd4 timerfd_create timerfd_settime timerfd_gettime
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait rt_sigqueueinfo rt_tgsigqueueinfo sigaltstack
kill tkill tgkill pause alarm setitimer getitimer nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time times
timer_create timer_settime timer_gettime timer_getoverrun timer_delete restart_syscall
fork vfork execve execveat exit exit_group wait4 waitid set_tid_address set_robust_list get_robust_list rseq
futex futex_waitv futex_wake futex_wait futex_requeue arch_prctl
getpid getppid gettid getuid geteuid getgid getegid getresuid getresgid getgroups getpgid getpgrp setpgid getsid setsid
setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capget capset
getrlimit setrlimit getrusage getpriority sched_yield sched_getaffinity sched_getparam sched_getscheduler
sched_get_priority_max sched_get_priority_min sched_rr_get_interval sched_getattr ioprio_get
uname sysinfo getcpu getrandom pidfd_open pidfd_send_signal
bind listen accept accept4 connect getsockname getpeername getsockopt setsockopt shutdown sendto recvfrom sendmsg recvmsg
sendmmsg recvmmsg
""".split()
"""Not here, on purpose: inotify, cachestat and mincore (they spy across read-only mounts), memfd_create and System V
shared memory (memory that no limit of a process counts), io_uring, keyctl, userfaultfd, ptrace, and all of tomorrow's."""

CHANGES_OF_OWNERSHIP = """
chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat futimesat
""".split()
"""Landlock does not govern these: without a mount namespace (tier C) they stay refused."""

NEED_NAMESPACES = """
openat2 pidfd_open pidfd_send_signal bind listen accept accept4 connect
""".split()
"""Refused at tier C besides: handles of strangers, sockets with names, and an `openat2` whose mode no filter can see."""

_LOAD, _JUMP_EQ, _JUMP_GE, _JUMP_ANY_BIT, _JUMP, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x05, 0x06
_ALLOW, _KILL, _ERRNO, _ASK = 0x7FFF0000, 0x80000000, 0x00050000, 0x7FC00000
_OFFSET_NUMBER, _OFFSET_ARCH, _OFFSET_ARGUMENTS = 0, 4, 16
_X32_BIT = 0x40000000

_CLONE_NEW = 0x7E020080
_F_SETLEASE, _F_NOTIFY = 1024, 1026
_AF_UNIX, _AF_INET, _AF_INET6 = 1, 2, 10
_TCP, _UDP = 6, 17
_STREAM, _SOCKET_FLAGS = 1, (0, 0o2000000, 0o4000, 0o2004000)
_CREATES = 0o20000100
"""O_CREAT and what makes O_TMPFILE: the call that bears one of them has a mode."""
_OWNER_READS = 0o400
_DUMPABLE = 4
_NEW_LISTENER, _WAIT_KILLABLE, _GET_NOTICE_SIZES = 8, 32, 3

_TTY_REQUESTS = [
    *range(0x5401, 0x5412),  # TCGETS .. TIOCOUTQ, without TIOCSTI that follows
    0x5413, 0x5414,  # TIOCGWINSZ TIOCSWINSZ
    *range(0x5415, 0x541A),  # modem lines, soft carrier
    0x541B,  # FIONREAD
    0x5420, 0x5421, 0x5422, 0x5424, 0x5425,  # TIOCPKT FIONBIO TIOCNOTTY TIOCGETD TCSBRKP
    *range(0x5427, 0x542E),  # TIOCSBRK TIOCCBRK TIOCGSID TCGETS2 TCSETS2 TCSETSW2 TCSETSF2
    0x5450, 0x5451, 0x5452,  # FIONCLEX FIOCLEX FIOASYNC
    0x80045430, 0x40045431, 0x5441, 0x80045438, 0x80045439, 0x80045440,  # TIOCGPTN TIOCSPTLCK TIOCGPTPEER TIOCGPKT ..
]  # fmt: skip
_SOCKET_REQUESTS = [0x8905, *range(0x8910, 0x891C, 1), 0x891D, 0x891F, 0x8921, 0x8927, 0x8933]
_PRCTL_OPTIONS = [1, 2, 3, 4, 15, 16, 21, 23, 29, 30, 36, 37, 38, 39, 40, 41, 42, 56, 65, 66, 69, 70, 0x53564D41]
_LABELS = ("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr")
"""Where SELinux is built in and off, an owner may write labels that a later start would believe."""

Instruction = tuple[int, int, int, int]


def _load_argument(index: int) -> Instruction:
    return (_LOAD, 0, 0, _OFFSET_ARGUMENTS + 8 * index)


def _answer(value: int) -> Instruction:
    return (_RETURN, 0, 0, value)


def _refuse(number: int) -> Instruction:
    return _answer(_ERRNO | number)


def _only(argument: int, values: Sequence[int], refusal: int) -> list[Instruction]:
    """Allow the call if the argument is one of `values`."""
    tests: list[Instruction] = []
    for value in sorted(set(values)):
        tests += [(_JUMP_EQ, 0, 1, value), _answer(_ALLOW)]
    return [_load_argument(argument), *tests, _refuse(refusal)]


def _never(argument: int, values: Sequence[int], refusal: int) -> list[Instruction]:
    """Refuse the call if the argument is one of `values`."""
    tests: list[Instruction] = []
    for value in values:
        tests += [(_JUMP_EQ, 0, 1, value), _refuse(refusal)]
    return [_load_argument(argument), *tests, _answer(_ALLOW)]


def _first_then(first: tuple[int, Sequence[int]], rest: list[Instruction], refusal: int) -> list[Instruction]:
    """Go on with `rest` if the argument is one of the values."""
    argument, values = first
    tests: list[Instruction] = [(_JUMP_EQ, len(values) - index, 0, value) for index, value in enumerate(values)]
    return [_load_argument(argument), *tests, _refuse(refusal), *rest]


def _conditions(*, sockets: bool) -> dict[str, list[Instruction]]:
    no_permission, invalid, no_tty = errno.EPERM, errno.EINVAL, errno.ENOTTY
    socket = _first_then(
        (0, [_AF_UNIX, _AF_INET, _AF_INET6] if sockets else [_AF_UNIX]),
        _only(2, [0, _TCP, _UDP], errno.EPROTONOSUPPORT),
        errno.EAFNOSUPPORT,
    )
    return {
        "clone": [
            _load_argument(0), (_JUMP_ANY_BIT, 0, 1, _CLONE_NEW), _refuse(no_permission), _answer(_ALLOW),
        ],
        "socket": socket if sockets else [_refuse(errno.EAFNOSUPPORT)],
        "socketpair": _only(0, [_AF_UNIX], errno.EAFNOSUPPORT),
        "ioctl": _only(1, [*_TTY_REQUESTS, *_SOCKET_REQUESTS], no_tty),
        "fcntl": _never(1, [_F_SETLEASE, _F_NOTIFY], invalid),
        "preadv2": _only(5, [0], errno.EOPNOTSUPP),
        "pwritev2": _only(5, [0], errno.EOPNOTSUPP),
        "prlimit64": _only(0, [0], no_permission),
        "sched_setaffinity": _only(0, [0], no_permission),
        "sched_setparam": _only(0, [0], no_permission),
        "sched_setscheduler": _only(0, [0], no_permission),
        "sched_setattr": _only(0, [0], no_permission),
        "setpriority": _first_then((0, [0]), _only(1, [0], no_permission), no_permission),
        "ioprio_set": _first_then((0, [1]), _only(1, [0], no_permission), no_permission),
        "prctl": _only(0, _PRCTL_OPTIONS, invalid),
        "fallocate": [_refuse(errno.EOPNOTSUPP)],  # room that no count of written bytes shows; libc writes zeros instead
        **{name: [_refuse(errno.EOPNOTSUPP)] for name in _LABELS},
    }  # fmt: skip


def _conditions_without_namespaces() -> dict[str, list[Instruction]]:
    """Close what only namespaces close, for programs that have the user of all others.

    A datagram socket of a pair can still send to any name. A program that its user may execute and not read could not
    be looked into by the launcher, which counts what it uses; so nothing is made unreadable, nor declared so.
    """
    no_permission = errno.EPERM
    return {
        "clone": [_load_argument(0), (_JUMP_ANY_BIT, 0, 1, _CLONE_NEW), _refuse(no_permission), _answer(_ASK)],
        "fork": [_answer(_ASK)],
        "vfork": [_answer(_ASK)],
        "socketpair": _first_then(
            (0, [_AF_UNIX]), _only(1, [_STREAM | flags for flags in _SOCKET_FLAGS], errno.ESOCKTNOSUPPORT), errno.EAFNOSUPPORT
        ),
        "prctl": _only(0, [option for option in _PRCTL_OPTIONS if option != _DUMPABLE], errno.EINVAL),
        "open": _readable(2, flags=1),
        "openat": _readable(3, flags=2),
        "creat": _readable(1),
        "mknod": _readable(1),
        "mknodat": _readable(2),
        **{name: [_refuse(no_permission)] for name in CHANGES_OF_OWNERSHIP},
        "umask": [_load_argument(0), (_JUMP_ANY_BIT, 0, 1, _OWNER_READS), _refuse(0), _answer(_ALLOW)],
    }  # fmt: skip


def _readable(mode: int, *, flags: int | None = None) -> list[Instruction]:
    """Allow the call if what it makes can be read by its owner, or if it makes nothing."""
    tests = [_load_argument(mode), (_JUMP_ANY_BIT, 0, 1, _OWNER_READS), _answer(_ALLOW), _refuse(errno.EPERM)]
    if flags is None:
        return tests
    return [_load_argument(flags), (_JUMP_ANY_BIT, 1, 0, _CREATES), _answer(_ALLOW), *tests]


def program(machine: str = MACHINE, *, namespaces: bool = True) -> bytes:
    """Return the filter as machine-readable BPF. Without `namespaces` it also closes what only they close.

    Every fork then asks whoever holds the listener that `install_asking` returns.
    """
    numbers = numbers_for(machine)
    names = {*ALLOWED, *CHANGES_OF_OWNERSHIP} if namespaces else set(ALLOWED) - set(NEED_NAMESPACES)
    leaves = {numbers[name]: [_answer(_ALLOW)] for name in names if name in numbers}
    conditions = _conditions(sockets=namespaces) | ({} if namespaces else _conditions_without_namespaces())
    for name, body in conditions.items():
        if name in numbers:
            leaves[numbers[name]] = body
    instructions: list[Instruction] = [
        (_LOAD, 0, 0, _OFFSET_ARCH),
        (_JUMP_EQ, 1, 0, AUDIT_ARCH[machine]),
        _answer(_KILL),
        (_LOAD, 0, 0, _OFFSET_NUMBER),
        (_JUMP_GE, 0, 1, _X32_BIT),
        _answer(_KILL),
        *_search(_spans(leaves)),
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)


def _spans(leaves: dict[int, list[Instruction]]) -> list[tuple[int, list[Instruction]]]:
    """Return (first number, what to do) in order; each holds up to the next one's first number."""
    unknown = [_refuse(errno.ENOSYS)]
    spans: list[tuple[int, list[Instruction]]] = [(0, unknown)]
    for number in range(max(leaves) + 2):
        body = leaves.get(number, unknown)
        if body != spans[-1][1]:
            spans.append((number, body))
    return spans


def _search(spans: list[tuple[int, list[Instruction]]]) -> list[Instruction]:
    # A balanced search: the kernel tries every number when the filter is installed, so depth is time in every run.
    if len(spans) == 1:
        return spans[0][1]
    middle = len(spans) // 2
    below, above = _search(spans[:middle]), _search(spans[middle:])
    return [(_JUMP_GE, 0, 1, spans[middle][0]), (_JUMP, 0, 0, len(below)), *below, *above]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def install(bpf: bytes) -> None:
    """Put the filter on this process, for good. Needs no_new_privs."""
    _install(bpf, 0)


def install_asking(bpf: bytes) -> int:
    """Put on a filter that asks, and return the descriptor of whom it asks."""
    return _install(bpf, _NEW_LISTENER | _WAIT_KILLABLE)


def _install(bpf: bytes, flags: int) -> int:
    buffer = ctypes.create_string_buffer(bpf, len(bpf))
    header = _Program(len(bpf) // 8, ctypes.addressof(buffer))
    return call("seccomp", 1, flags, ctypes.byref(header))


def can_ask() -> bool:
    """Tell whether this kernel lets a filter ask another process."""
    sizes = ctypes.create_string_buffer(6)
    try:
        call("seccomp", _GET_NOTICE_SIZES, 0, sizes)
    except OSError:
        return False
    return True
