"""The kernel's own answer to forks that ask: as many as are allowed, fewer again when some have ended, none at the end."""

import os
import socket
import threading
from collections.abc import Iterator

import pytest

from pythonide_sandbox import seccomp, syscalls
from pythonide_sandbox.landlocked.forks import Forks

pytestmark = pytest.mark.skipif(not seccomp.can_ask(), reason="this kernel has no filters that ask")

MOST = 3


class Family:
    """A process that forks, or buries all its children, when it is told to."""

    def __init__(self) -> None:
        self.line, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self.line.close()
                _obey(theirs)
            finally:
                os._exit(0)
        theirs.close()
        _, fds, _ = syscalls.receive_with_fds(self.line, 16, 1)
        self.forks = Forks(fds[0], os.getpid(), MOST)
        self._answering = threading.Thread(target=self.forks.answer_all)
        self._answering.start()

    def told(self, word: bytes) -> bytes:
        """Return what came of it."""
        self.line.send(word)
        return self.line.recv(100)

    def end(self) -> None:
        self.line.close()
        os.waitpid(self.pid, 0)
        self._answering.join()


def _obey(line: socket.socket) -> None:
    syscalls.no_new_privileges()
    listener = seccomp.install_asking(seccomp.program(namespaces=False))
    syscalls.send_with_fds(line, b"l", [listener])
    os.close(listener)
    ends: list[tuple[int, int]] = []
    while word := line.recv(100):
        if word == b"bury":
            while ends:
                pid, end = ends.pop()
                os.close(end)
                os.waitpid(pid, 0)
            line.send(b"buried")
            continue
        reading, writing = os.pipe()
        try:
            child = os.fork()
        except BlockingIOError:
            line.send(b"refused")
            continue
        if child == 0:
            os.close(writing)
            for _, end in ends:
                os.close(end)
            line.close()
            os.read(reading, 1)
            os._exit(0)
        ends.append((child, writing))
        line.send(b"born")


@pytest.fixture
def family() -> Iterator[Family]:
    family = Family()
    yield family
    family.end()


def test_the_most_is_kept_and_what_has_ended_makes_room(family: Family) -> None:
    for _ in range(2):
        assert [family.told(b"fork") for _ in range(4)] == [b"born", b"born", b"refused", b"refused"]
        assert family.told(b"bury") == b"buried"


def test_once_it_is_to_end_nothing_is_born(family: Family) -> None:
    assert family.told(b"fork") == b"born"
    family.forks.ending = True
    assert family.told(b"fork") == b"refused"
    assert family.told(b"bury") == b"buried"
    assert family.told(b"fork") == b"refused"
