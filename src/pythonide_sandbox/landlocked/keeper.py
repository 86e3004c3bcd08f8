"""The first process of a run at tier C: makes its place, forks the script, answers its forks, and ends all that came of it.

No namespace takes the rest along when it ends: whatever leaves its session falls to this process, which kills and
buries it before it says how the run ended. It is told to end by SIGTERM, which no program of a student's can send it.
"""

import fcntl
import os
import resource
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from pythonide_sandbox import confine, init, landlock, seccomp, syscalls
from pythonide_sandbox.init import GO, MAX_MESSAGE, Assignment
from pythonide_sandbox.landlocked.forks import Forks
from pythonide_sandbox.landlocked.ground import Ground, remove
from pythonide_sandbox.landlocked.news import News, end_children
from pythonide_sandbox.layers import Layer

_CHANNEL_FD, _LINE_FD, _RULES_FD = 3, 4, 5
_HIGH = 100
_TIOCGPTN = 0x80045430


@dataclass(frozen=True)
class Plan:
    """What all runs of one zygote have in common."""

    ground: Ground
    without: frozenset[Layer]
    bpf: bytes
    rehearse: Callable[[], None]


def enter(control: socket.socket, plan: Plan) -> socket.socket:
    """Become one run. Called in a fresh fork of the zygote; returns the run's channel, in the script's process only."""
    zygote = os.getppid()
    news = News()
    try:
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != zygote:
            os._exit(1)
        if Layer.INIT not in plan.without:
            syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
        plan.ground.furnish(os.getpid())
        channel = _keep(control, news, plan)
        if channel is not None:
            return channel
    except BaseException as error:
        init.report(control, {"failed": f"{type(error).__name__}: {error}"[:500]})
    _clear(plan)
    os._exit(1)


def _keep(control: socket.socket, news: News, plan: Plan) -> socket.socket | None:
    """Keep the run from here to its end; returns the channel in the script, `None` if this never became a run."""
    master = init.open_terminal("/dev/ptmx")
    terminal = _terminal_of(master)
    # Held until the script has opened its own: a terminal that was never opened would never tell its end.
    held = os.open(terminal, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    syscalls.send_with_fds(control, b'{"ready":true}', [master])
    os.close(master)
    while not news.wait(control.fileno()):
        if news.told_to_end:
            return None
    if not control.recv(MAX_MESSAGE).startswith(GO):
        return None
    ours, theirs = socket.socketpair()
    run = os.getpid()
    script = os.fork()
    if script == 0:
        return _become_script(control, theirs, terminal, run, plan)
    os.close(held)
    control_fd, line_fd = news.keep_only(control.detach(), ours.detach())
    theirs.detach()
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    _keep_house(script, socket.socket(fileno=control_fd), socket.socket(fileno=line_fd), news, plan)


def _keep_house(script: int, control: socket.socket, line: socket.socket, news: News, plan: Plan) -> NoReturn:
    house = _House(line)
    threading.Thread(target=house.answer_forks, daemon=True).start()
    while (status := _reap(script)) is None and not news.told_to_end:  # it may be over before we come to wait
        news.wait()
    house.close()
    _clear(plan)
    if status is not None:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
        init.report(control, {"ended": status, "cpu": cpu, "peak": peak})
    os._exit(0)


def _terminal_of(master: int) -> str:
    (number,) = struct.unpack("I", fcntl.ioctl(master, _TIOCGPTN, bytes(4)))
    return f"/dev/pts/{number}"


class _House:
    """The forks of the run, once its script has said whom its filter asks."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._forks: Forks | None = None
        self._closed = False

    def answer_forks(self) -> None:
        """Take the listener and answer to the end; for a thread of its own, because asking the kernel blocks."""
        data, fds, _ = syscalls.receive_with_fds(self._line, MAX_MESSAGE, 1)
        self._line.close()
        if not fds:
            return  # it ended before, or has no filter
        self._forks = Forks(fds[0], os.getpid(), int(data))
        self._forks.ending = self._closed
        self._forks.answer_all()

    def close(self) -> None:
        """Let nothing more be born, also if the listener has yet to come."""
        self._closed = True
        if self._forks is not None:
            self._forks.ending = True


def _reap(script: int) -> int | None:
    """Bury what has ended; return the script's exit code if it is among them."""
    status = None
    while True:
        try:
            pid, how = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return status
        if not pid:
            return status
        if pid == script:
            status = os.waitstatus_to_exitcode(how)


def _clear(plan: Plan) -> None:
    if Layer.INIT not in plan.without:
        end_children()
    remove(plan.ground.private(os.getpid()))


def _become_script(control: socket.socket, line: socket.socket, terminal: str, run: int, plan: Plan) -> socket.socket:
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)  # unlike its keeper: the launcher looks at what it uses
        # Here it is parked. Each page of memory that is touched now need not be copied once somebody waits.
        plan.rehearse()
        init.take_terminal(terminal)
        assignment = Assignment.receive(control)
        if assignment is None:
            os._exit(0)
        _settle(assignment, plan.ground, run)
        _confine(assignment, line, terminal, run, plan)
        return socket.socket(fileno=_CHANNEL_FD)
    except BaseException as error:
        init.report(control, {"failed": f"{type(error).__name__}: {error}"[:500]})
        os._exit(1)


def _settle(assignment: Assignment, ground: Ground, run: int) -> None:
    """Go to the student's folder; the course folders are linked in HOME, the only place there is for them."""
    variables = ground.variables(run)
    for name, tree in zip(assignment.courses, assignment.course_trees, strict=True):
        os.symlink(os.readlink(f"/proc/self/fd/{tree}"), f"{variables['HOME']}/course/{name}")
    os.fchdir(assignment.workspace)
    os.environ.update(variables)
    temporary = sys.modules.get("tempfile")
    if temporary is not None:
        temporary.tempdir = None  # type: ignore[attr-defined] - what it found in the zygote is another place


def _confine(assignment: Assignment, line: socket.socket, terminal: str, run: int, plan: Plan) -> None:
    without, limits = plan.without, assignment.limits
    init.write("/proc/self/oom_score_adj", init.LET_SCRIPT_BE_KILLED_FIRST)
    rules = landlock.prepare(
        plan.ground.rules(run, terminal, assignment.workspace, list(assignment.course_trees)), tcp=False
    )
    kept = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _HIGH) for fd in (assignment.channel, line.detach(), rules)]
    for number, fd in zip((_CHANNEL_FD, _LINE_FD, _RULES_FD), kept, strict=True):
        os.dup2(fd, number, inheritable=False)
    syscalls.close_from(_RULES_FD + 1)
    if Layer.RLIMITS not in without:
        confine.limit_resources(limits, processes=assignment.processes, inherited=confine.inherited_bytes())
    confine.become(os.getuid(), without=without, all_ids=False)
    confine.fresh_signals()
    os.umask(confine.MASK_FOR_NEW_FILES)
    if Layer.LANDLOCK not in without:
        landlock.enforce(_RULES_FD)
    if Layer.SECCOMP not in without:
        listener = seccomp.install_asking(plan.bpf)
        with socket.socket(fileno=_LINE_FD) as keeper:
            syscalls.send_with_fds(keeper, str(limits.processes).encode(), [listener])
    syscalls.close_from(_LINE_FD)
