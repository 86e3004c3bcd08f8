"""The first process of a run: makes its namespaces and mounts, forks the script, waits for it, reports and ends.

Its end takes everything else in the run's process namespace with it.
"""

import fcntl
import json
import os
import resource
import signal
import socket
import struct
import termios
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from pythonide_sandbox import confine, syscalls
from pythonide_sandbox.confine import RunLimits
from pythonide_sandbox.layers import (
    COURSE,
    FIRST_STUDENT_UID,
    HOME,
    INIT_UID,
    TEMPORARY_BYTES,
    TEMPORARY_FILES,
    WORKSPACE,
    Layer,
)
from pythonide_sandbox.root import PROC_FLAGS, furnish_home, mount_temporary
from pythonide_sandbox.syscalls import MS_BIND, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_REMOUNT

MAX_MESSAGE = 16384
MAX_FDS = 16
GO = b"go"

_CONTROL_FD = 3
_TIOCSPTLCK = 0x40045431
_IUTF8 = 0o40000
_SIOCSIFFLAGS = 0x8914
_IFF_UP_RUNNING = 0x41
_IFLAG = 0
_LET_SCRIPT_BE_KILLED_FIRST = b"1000"
_TERMINALS = 8
_TERMINAL = "/dev/pts/0"


@dataclass(frozen=True)
class Plan:
    """What all runs of one zygote have in common."""

    nested: bool
    """Each run has a user namespace of its own inside the zygote's (an ordinary user's way)."""
    without: frozenset[Layer]
    bpf: bytes
    serve: Callable[[socket.socket], NoReturn]
    rehearse: Callable[[], None]
    """Goes once, for nobody, through what every run does first."""


@dataclass(frozen=True)
class Assignment:
    """What turns a prepared sandbox into one student's: sent by the launcher, never seen by the zygote."""

    uid: int
    limits: RunLimits
    processes: int
    courses: tuple[str, ...]
    channel: int
    workspace: int
    course_trees: tuple[int, ...]

    @staticmethod
    def receive(control: socket.socket) -> "Assignment | None":
        """Wait for the launcher's word; `None` if it has gone."""
        data, fds, _ = syscalls.receive_with_fds(control, MAX_MESSAGE, MAX_FDS)
        if not data:
            return None
        message = json.loads(data)
        limits = RunLimits(**message["limits"])
        courses = tuple(message["courses"])
        return Assignment(message["uid"], limits, message["processes"], courses, fds[0], fds[1], tuple(fds[2:]))


def enter(control: socket.socket, plan: Plan) -> NoReturn:
    """Become one run. Called in a fresh fork of the zygote."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        if plan.nested:
            _nest(plan)
        _isolate(plan)
        syscalls.prctl(
            syscalls.PR_SET_DUMPABLE, 0
        )  # before the script exists: no moment in which it could look in here
        master = _open_terminal()
        # Held until the script has opened its own: a terminal that was never opened would never tell its end.
        os.open(_TERMINAL, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        syscalls.send_with_fds(control, b'{"ready":true}', [master])
        os.close(master)
        if control.recv(MAX_MESSAGE) != GO:
            os._exit(0)
        syscalls.unshare(syscalls.CLONE_NEWCGROUP)
        script = 0 if Layer.INIT in plan.without else os.fork()
        if script:
            _keep_house(script, control, plan)
        _become_script(control, plan)
    except BaseException as error:
        _report(control, {"failed": f"{type(error).__name__}: {error}"[:500]})
        os._exit(1)


def _nest(plan: Plan) -> None:
    uid, gid = os.geteuid(), os.getegid()
    syscalls.unshare(syscalls.CLONE_NEWUSER)
    _write("/proc/self/setgroups", b"deny")
    _write("/proc/self/uid_map", f"{FIRST_STUDENT_UID} {uid} 1".encode())
    _write("/proc/self/gid_map", f"{FIRST_STUDENT_UID} {gid} 1".encode())
    if Layer.PID not in plan.without:
        # The new process namespace must belong to the new user namespace, so it takes one more fork.
        syscalls.unshare(syscalls.CLONE_NEWPID)
        if os.fork():
            os._exit(0)


def _isolate(plan: Plan) -> None:
    spaces = syscalls.CLONE_NEWUTS
    if Layer.IPC not in plan.without:
        spaces |= syscalls.CLONE_NEWIPC
    if Layer.MOUNT not in plan.without:
        spaces |= syscalls.CLONE_NEWNS
    if Layer.NET not in plan.without:
        spaces |= syscalls.CLONE_NEWNET
    syscalls.unshare(spaces)
    if Layer.NET not in plan.without:
        _raise_loopback()
    syscalls.mount("proc", "/proc", "proc", PROC_FLAGS, "subset=pid,hidepid=invisible")
    mount_temporary("/tmp", "1777")
    mount_temporary("/dev/shm", "1777")
    mount_temporary(HOME, "700")
    options = f"newinstance,ptmxmode=0666,mode=620,max={_TERMINALS}"
    syscalls.mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, options)
    furnish_home()


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as loopback:
        fcntl.ioctl(loopback.fileno(), _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP_RUNNING))


def _open_terminal() -> int:
    master = os.open("/dev/pts/ptmx", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    fcntl.ioctl(master, _TIOCSPTLCK, struct.pack("i", 0))
    modes = termios.tcgetattr(master)
    modes[_IFLAG] |= _IUTF8
    termios.tcsetattr(master, termios.TCSANOW, modes)
    return master


def _keep_house(script: int, control: socket.socket, plan: Plan) -> NoReturn:
    os.dup2(control.fileno(), _CONTROL_FD)
    control.detach()
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    syscalls.close_from(_CONTROL_FD + 1)
    confine.become(INIT_UID, without=frozenset(), all_ids=not plan.nested)
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)  # changing the uid reset it
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    status = _reap_until(script)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended: dict[str, object] = {"ended": status, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss * 1024}
    _report(socket.socket(fileno=_CONTROL_FD), ended)
    os._exit(0)


def _reap_until(script: int) -> int:
    while True:
        pid, status = os.wait()
        if pid == script:
            return os.waitstatus_to_exitcode(status)


def _become_script(control: socket.socket, plan: Plan) -> NoReturn:
    # Here it is parked. Each page of memory that is touched now need not be copied once somebody waits.
    plan.rehearse()
    _take_terminal()
    assignment = Assignment.receive(control)
    if assignment is None:
        os._exit(0)
    _attach(assignment)
    _give(assignment.uid)
    # The order of descriptors is free here: channel and control may be any two above the first three.
    channel = fcntl.fcntl(assignment.channel, fcntl.F_DUPFD_CLOEXEC, 100)
    control_fd = fcntl.fcntl(control.fileno(), fcntl.F_DUPFD_CLOEXEC, 100)
    control.detach()
    os.dup2(channel, 3, inheritable=False)
    os.dup2(control_fd, 4, inheritable=False)
    syscalls.close_from(5)
    control = socket.socket(fileno=4)
    _write("/proc/self/oom_score_adj", _LET_SCRIPT_BE_KILLED_FIRST)
    if Layer.RLIMITS not in plan.without:
        confine.limit_resources(assignment.limits, processes=assignment.processes)
    os.chdir(WORKSPACE)
    confine.become(assignment.uid, without=plan.without, set_groups=not plan.nested, all_ids=not plan.nested)
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
    confine.fresh_signals()
    confine.close_doors(confine.inside_rules(), plan.bpf, plan.without, tcp=True)
    control.close()
    plan.serve(socket.socket(fileno=3))
    os._exit(0)


def _attach(assignment: Assignment) -> None:
    syscalls.move_mount(assignment.workspace, WORKSPACE)
    if assignment.courses:
        flags = MS_NOSUID | MS_NODEV
        syscalls.mount("tmpfs", COURSE, "tmpfs", flags, "mode=755,size=64k,nr_inodes=64")
        for name, tree in zip(assignment.courses, assignment.course_trees, strict=True):
            os.mkdir(f"{COURSE}/{name}")
            syscalls.move_mount(tree, f"{COURSE}/{name}")
        syscalls.mount(None, COURSE, None, MS_BIND | MS_REMOUNT | MS_RDONLY | flags)
    if assignment.limits.tmp_bytes != TEMPORARY_BYTES:
        for place in ("/tmp", "/dev/shm", HOME):
            options = f"size={assignment.limits.tmp_bytes},nr_inodes={TEMPORARY_FILES}"
            syscalls.mount(None, place, None, MS_REMOUNT | MS_NOSUID | MS_NODEV, options)


def _give(uid: int) -> None:
    os.chown(_TERMINAL, uid, uid)
    for folder, _, _ in os.walk(HOME):
        os.chown(folder, uid, uid)


def _take_terminal() -> None:
    os.setsid()
    slave = os.open(_TERMINAL, os.O_RDWR)
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(slave, fd)


def _write(path: str, data: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)


def _report(control: socket.socket, message: dict[str, object]) -> None:
    try:
        control.send(json.dumps(message).encode())
    except OSError:
        pass  # the launcher has gone, and takes this run with it
