"""Signals as something to wait for beside descriptors: that a child has ended, and that this process is to end."""

import fcntl
import os
import select
import signal

from pythonide_sandbox import procfs, syscalls

_FIRST_FREE = 3
_HIGH = 100


class News:
    """Takes SIGCHLD and SIGTERM of this process; of one thread, and made anew after a fork."""

    def __init__(self) -> None:
        self.told_to_end = False
        self._listen(*os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK))
        signal.signal(signal.SIGCHLD, self._note)
        signal.signal(signal.SIGTERM, self._end)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])

    def _listen(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def _note(self, _number: int, _frame: object) -> None:
        """Do nothing: without a handler the signal would not be told."""

    def _end(self, _number: int, _frame: object) -> None:
        self.told_to_end = True

    def wait(self, fd: int | None = None) -> bool:
        """Wait for a signal, or for `fd` to have news; tell whether it has."""
        news = select.poll()
        news.register(self._reading, select.POLLIN)
        if fd is not None:
            news.register(fd, select.POLLIN)
        ready = {number for number, _ in news.poll()}
        if self._reading in ready:
            os.read(self._reading, 4096)
        return fd in ready

    def keep_only(self, *fds: int) -> list[int]:
        """Close every descriptor but these, which get the first numbers; the standard streams lead nowhere from now on."""
        signal.set_wakeup_fd(-1)
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _HIGH) for fd in (self._reading, self._writing, *fds)]
        null = os.open(os.devnull, os.O_RDWR)
        for number in range(_FIRST_FREE):
            os.dup2(null, number)
        for index, fd in enumerate(high):
            os.dup2(fd, _FIRST_FREE + index, inheritable=False)
        syscalls.close_from(_FIRST_FREE + len(high))
        self._listen(_FIRST_FREE, _FIRST_FREE + 1)
        return [_FIRST_FREE + 2 + index for index in range(len(fds))]


def end_children() -> None:
    """Kill every child, and what falls to this process when they die, until nothing is left.

    Only children are killed: nobody else can bury them, so that their numbers mean nobody else.
    """
    while True:
        for pid in procfs.children(os.getpid()):
            os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return
