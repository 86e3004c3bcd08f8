"""The launcher's record of one run, from the parked sandbox to its end."""

import json
import os
import select
import signal
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from pythonide_sandbox import procfs, syscalls
from pythonide_sandbox.cgroups import Group
from pythonide_sandbox.confine import RunLimits
from pythonide_sandbox.init import MAX_MESSAGE
from pythonide_sandbox.watches import Watches
from pythonide_sandbox.wire import Header, WireError, decode_object

_FIRST_SAMPLE, _SLOWEST_SAMPLE, _SAMPLE_GROWTH = 0.08, 0.25, 1.25
_WATCHDOG_SAMPLE = 0.1
_REFUSED_FORKS_ARE_A_BOMB = 2000
WRITTEN_FILES = 8
"""A run may write as much as this many files of the largest size."""
_PTMX = (5, 2)


@dataclass(eq=False)
class Run:
    """One sandbox. It has an `id` from the moment it is somebody's."""

    control: socket.socket
    """Our end of the line to the run's init, and to the script's process until it starts the program."""
    zygote: str
    slot: int = -1
    last_signal: int = signal.SIGKILL
    """What ends its init, and everything with it."""
    first_uid: int = 0
    """Of its zygote's range on the host."""
    init: int | None = None
    pidfd: int | None = None
    master: int | None = None
    group: Group | None = None
    id: str | None = None
    workspace: str = ""
    """Whose it is: programs in one workspace share what one student gets of the processors."""
    limits: RunLimits | None = None
    limit: str | None = None
    killed: bool = False
    waiting: bool = False
    silent: bool = False
    """Nothing more will come from its side."""
    over: bool = False
    """Its descriptors are closed."""
    report: Header = field(default_factory=dict[str, object])
    failure: str | None = None
    next_sample: float = 0.0
    interval: float = _FIRST_SAMPLE

    def hear(self) -> bool:
        """Take one message from the run's side; `False` if there is none. What is malformed is ignored."""
        try:
            data, fds, sender = syscalls.receive_with_fds(self.control, MAX_MESSAGE, 1)
        except BlockingIOError:
            return False
        except OSError:
            data, fds, sender = b"", [], None
        if not data:
            syscalls.close_all(fds)
            self.silent = True
            return False
        try:
            message = decode_object(data)
        except WireError:
            message = {}
        if "ready" in message and self.pidfd is None and sender and len(fds) == 1 and _is_terminal_master(fds[0]):
            self.master = fds.pop()
            self._meet(sender)
        elif isinstance(message.get("failed"), str):
            self.failure = str(message["failed"])
        elif isinstance(message.get("ended"), int):
            self.report = message
        syscalls.close_all(fds)
        return True

    def _meet(self, init: int) -> None:
        try:
            self.pidfd = os.pidfd_open(init)
        except ProcessLookupError:
            self.silent = True  # it ended right after it spoke
        else:
            self.init = init

    @property
    def ended(self) -> bool:
        """Whether its init has ended by now, even if the news has not been worked on."""
        if self.pidfd is None:
            return True
        news = select.poll()
        news.register(self.pidfd, select.POLLIN)
        return bool(news.poll(0))

    def begin(self, run: str, workspace: str, limits: RunLimits) -> None:
        """Make the sandbox somebody's."""
        self.id, self.workspace, self.limits = run, workspace, limits
        self.next_sample = time.monotonic() + _FIRST_SAMPLE

    def kill(self, limit: str | None = None) -> None:
        """Kill everything in the run; the first limit named is the one reported."""
        if self.limit is None and not self.killed:
            self.limit = limit
        self.killed = True
        if self.pidfd is not None:
            try:
                signal.pidfd_send_signal(self.pidfd, self.last_signal)
            except ProcessLookupError:
                return
        if self.group is not None:
            self.group.kill()

    def sample(self, now: float, *, disk_full: bool = False) -> bool:
        """Look at the run from outside: kill it over a limit; tell whether `waiting` has changed."""
        if self.init is None or self.limits is None or self.killed:
            return False
        pids = procfs.processes(self.init)
        if disk_full:
            self.kill("disk_full")
        self._enforce(self.limits, pids)
        waiting = procfs.waits_for_input(pids[1:])
        changed = waiting != self.waiting
        self.waiting = waiting
        slowest = _SLOWEST_SAMPLE if self.group is not None else _WATCHDOG_SAMPLE
        self.interval = _FIRST_SAMPLE if changed else min(self.interval * _SAMPLE_GROWTH, slowest)
        self.next_sample = now + self.interval
        return changed

    def _enforce(self, limits: RunLimits, pids: list[int]) -> None:
        if procfs.written_bytes(pids) > WRITTEN_FILES * limits.file_bytes:
            self.kill("disk")
        elif self.group is None:
            if procfs.cpu_seconds(pids) > limits.cpu_seconds:
                self.kill("cpu")
            elif procfs.memory_bytes(pids[1:], limits.memory_bytes) > limits.memory_bytes:
                self.kill("memory")
        elif self.group.cpu_seconds() > limits.cpu_seconds:
            self.kill("cpu")
        elif self.group.refused_forks() > _REFUSED_FORKS_ARE_A_BOMB:
            self.kill("processes")
        elif self.group.memory_kills():  # on version 1 the kernel chooses one process, and the rest would live on
            self.kill("memory")

    def outcome(self) -> Header:
        """Return the last word on the run; only for a run that is over."""
        exit_code = self.report.get("ended")
        cpu, peak = self.report.get("cpu"), self.report.get("peak")
        if self.group is not None:
            cpu, peak = self.group.cpu_seconds(), self.group.peak_memory_bytes() or peak
            if exit_code in (None, -signal.SIGKILL) and not self.killed and self.group.memory_kills():
                self.limit = "memory"
        if exit_code == -signal.SIGXCPU:
            self.limit = "cpu"
        # A run that ended without a word, and not by our hand, was lost with its zygote.
        lost = exit_code is None and not self.killed and self.limit is None
        return {
            "type": "ended",
            "run": self.id,
            "exit_code": exit_code if isinstance(exit_code, int) else -signal.SIGKILL,
            "limit": self.limit,
            "cpu": cpu if isinstance(cpu, (int, float)) else None,
            "peak": peak if isinstance(peak, int) else None,
            "lost": lost,
            "failure": self.failure,
        }

    def close(self, watches: Watches) -> None:
        """Let go of the run's descriptors, here and nowhere else; a second time is harmless."""
        if self.over:
            return
        self.over = True
        watches.drop(self.control.fileno())
        self.control.close()
        watches.close(self.pidfd)
        self.pidfd = None
        self.forget_terminal()

    def forget_terminal(self) -> None:
        """Let go of the terminal: whoever runs the program has it now, or nobody will."""
        if self.master is not None:
            os.close(self.master)
            self.master = None

    def assign(self, processes: int, courses: list[str], fds: list[int]) -> None:
        """Send the run its student: channel, workspace and course folders, in this order."""
        assert self.limits is not None
        message = {"processes": processes, "courses": courses, "limits": vars(self.limits)}
        syscalls.send_with_fds(self.control, json.dumps(message).encode(), fds)


def share_out(runs: Iterable[Run], changed: Run) -> None:
    """Weigh the programs of one student anew after one of them began, ended, or stopped or started waiting for input."""
    theirs = [run for run in runs if run.workspace == changed.workspace]
    busy = sum(not run.waiting for run in theirs)
    for run in theirs:
        if run.group is not None:
            run.group.weigh(1 / max(busy, 1))


def _is_terminal_master(fd: int) -> bool:
    device = os.fstat(fd).st_rdev
    return (os.major(device), os.minor(device)) == _PTMX
