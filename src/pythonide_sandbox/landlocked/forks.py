"""Every fork of a run asks its keeper first: the kernel counts processes per user, and here all runs have the same user.

It is also what makes an end certain: once the keeper says no, nothing can be born faster than it is killed.
"""

import errno
import fcntl
import os
import select
import struct

from pythonide_sandbox import procfs

_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_NOTICE_BYTES = 80
_ANSWER = struct.Struct("=QqiI")
_GO_ON = 1


class Forks:
    """Answers for the run below `keeper` while it has fewer than `most` threads and processes."""

    def __init__(self, listener: int, keeper: int, most: int) -> None:
        self._listener = listener
        self._keeper = keeper
        self._most = most
        self._count = 1
        self.ending = False
        """No fork is allowed any more."""

    def answer_all(self) -> None:
        """Answer until the last process of the run is gone."""
        news = select.poll()
        news.register(self._listener, select.POLLIN)
        while not any(events & select.POLLHUP for _, events in news.poll()):
            try:
                self._answer()
            except OSError as error:
                if error.errno not in (errno.ENOENT, errno.EINTR):  # whoever asked was killed meanwhile
                    raise

    def _answer(self) -> None:
        notice = bytearray(_NOTICE_BYTES)
        fcntl.ioctl(self._listener, _RECEIVE, notice)
        (number,) = struct.unpack_from("=Q", notice)
        error, flags = (0, _GO_ON) if self._may_fork() else (-errno.EAGAIN, 0)
        fcntl.ioctl(self._listener, _SEND, _ANSWER.pack(number, 0, error, flags))

    def _may_fork(self) -> bool:
        if self.ending:
            return False
        if self._count >= self._most:  # an upper bound: those that ended meanwhile were not subtracted
            self._count = sum(_threads(pid) for pid in procfs.processes(self._keeper)[1:])
        self._count += 1
        return self._count <= self._most


def _threads(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return 0
