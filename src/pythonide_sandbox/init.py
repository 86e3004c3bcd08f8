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
GO = b"go "
"""Said by the launcher once the sandbox is in its control group, with the uid that the program will have."""

_CONTROL_FD = 3
_CHANNEL_AT, _CONTROL_AT, _RULESET_AT, _ABOVE_ALL = 3, 4, 5, 100
_TIOCSPTLCK = 0x40045431
_IUTF8 = 0o40000
_SIOCSIFFLAGS = 0x8914
_IFF_UP_RUNNING = 0x41
_IFLAG = 0
LET_SCRIPT_BE_KILLED_FIRST = b"1000"
_TERMINALS = 8
_TERMINAL = "/dev/pts/0"


@dataclass(frozen=True)
class Plan:
    """What all runs of one zygote have in common."""

    nested: bool
    """Each run has a user namespace of its own inside the zygote's (an ordinary user's way)."""
    without: frozenset[Layer]
    bpf: bytes
    rehearse: Callable[[], None]
    """Goes once, for nobody, through what every run does first."""


@dataclass(frozen=True)
class Assignment:
    """What turns a prepared sandbox into one student's: sent by the launcher, never seen by the zygote."""

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
        return Assignment(limits, message["processes"], courses, fds[0], fds[1], tuple(fds[2:]))


def enter(control: socket.socket, plan: Plan) -> socket.socket:
    """Become one run. Called in a fresh fork of the zygote; returns the run's channel, in the script's process only."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        if plan.nested:
            _nest(plan)
        _isolate(plan)
        syscalls.prctl(
            syscalls.PR_SET_DUMPABLE, 0
        )  # before the script exists: no moment in which it could look in here
        master = open_terminal("/dev/pts/ptmx")
        # Held until the script has opened its own: a terminal that was never opened would never tell its end.
        os.open(_TERMINAL, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        syscalls.send_with_fds(control, b'{"ready":true}', [master])
        os.close(master)
        word = control.recv(MAX_MESSAGE)
        if not word.startswith(GO):
            os._exit(0)
        syscalls.unshare(syscalls.CLONE_NEWCGROUP)
        script = 0 if Layer.INIT in plan.without else os.fork()
        if script:
            _keep_house(script, control, plan)
        return _become_script(control, plan, int(word.removeprefix(GO)))
    except BaseException as error:
        report(control, {"failed": f"{type(error).__name__}: {error}"[:500]})
        os._exit(1)


def _nest(plan: Plan) -> None:
    uid, gid = os.geteuid(), os.getegid()
    syscalls.unshare(syscalls.CLONE_NEWUSER)
    write("/proc/self/setgroups", b"deny")
    write("/proc/self/uid_map", f"{FIRST_STUDENT_UID} {uid} 1".encode())
    write("/proc/self/gid_map", f"{FIRST_STUDENT_UID} {gid} 1".encode())
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


def open_terminal(pool: str) -> int:
    """Return the master of a new terminal."""
    master = os.open(pool, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
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
    report(socket.socket(fileno=_CONTROL_FD), ended)
    os._exit(0)


def _reap_until(script: int) -> int:
    while True:
        pid, status = os.wait()
        if pid == script:
            return os.waitstatus_to_exitcode(status)


def _become_script(control: socket.socket, plan: Plan, uid: int) -> socket.socket:
    # Here it is parked. What can be done before somebody waits is done now, and each page of memory that is touched now
    # need not be copied then.
    plan.rehearse()
    take_terminal(_TERMINAL)
    _give(uid)
    write("/proc/self/oom_score_adj", LET_SCRIPT_BE_KILLED_FIRST)
    if Layer.CAPS not in plan.without:
        syscalls.drop_bounding_set()
    confine.fresh_signals()
    os.umask(confine.MASK_FOR_NEW_FILES)
    ruleset = confine.begin_ruleset(plan.without, tcp=True)
    inherited = confine.inherited_bytes()
    assignment = Assignment.receive(control)
    if assignment is None:
        os._exit(0)
    _attach(assignment)
    _keep_three(assignment, control, ruleset)
    if Layer.RLIMITS not in plan.without:
        confine.limit_resources(assignment.limits, processes=assignment.processes, inherited=inherited)
    os.chdir(WORKSPACE)
    confine.become(uid, without=plan.without, set_groups=not plan.nested, all_ids=not plan.nested)
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
    confine.close_doors(None if ruleset is None else _RULESET_AT, plan.bpf, plan.without)
    os.close(_CONTROL_AT)
    return socket.socket(fileno=_CHANNEL_AT)


def _keep_three(assignment: Assignment, control: socket.socket, ruleset: int | None) -> None:
    """Bring channel, line to the launcher and ruleset to their places, and close everything else but the terminal."""
    channel = fcntl.fcntl(assignment.channel, fcntl.F_DUPFD_CLOEXEC, _ABOVE_ALL)
    line = fcntl.fcntl(control.detach(), fcntl.F_DUPFD_CLOEXEC, _ABOVE_ALL)
    rules = None if ruleset is None else fcntl.fcntl(ruleset, fcntl.F_DUPFD_CLOEXEC, _ABOVE_ALL)
    if rules is not None:
        os.dup2(rules, _RULESET_AT, inheritable=False)
    os.dup2(channel, _CHANNEL_AT, inheritable=False)
    os.dup2(line, _CONTROL_AT, inheritable=False)
    syscalls.close_from(_RULESET_AT if rules is None else _RULESET_AT + 1)


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


def take_terminal(terminal: str) -> None:
    """Lead a session of one's own on this terminal."""
    os.setsid()
    slave = os.open(terminal, os.O_RDWR)
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(slave, fd)


def write(path: str, data: bytes) -> None:
    """Write what one call takes, into a file of /proc."""
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)


def report(control: socket.socket, message: dict[str, object]) -> None:
    """Tell the launcher."""
    try:
        control.send(json.dumps(message).encode())
    except OSError:
        pass  # the launcher has gone, and takes this run with it
