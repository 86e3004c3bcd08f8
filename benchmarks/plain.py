"""The peer: a command such as `python main.py` on a terminal of its own, from the call to the first byte."""

import os
import pty
import selectors
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class BrokenPeerError(Exception):
    """The peer's program failed: its times would be those of an error message."""


@dataclass(frozen=True)
class Peer:
    """How a program is started: the words before its name, the folder it is in, and the environment."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]

    def first_byte(self, program: str) -> float:
        """Return the seconds until the program's first byte could be read. The program is then waited for."""
        began = time.perf_counter()
        started = _Started(self, program)
        data = os.read(started.master, 65536)
        elapsed = time.perf_counter() - began
        started.finish(data)
        return elapsed

    def to_end(self, program: str) -> float:
        """Return the seconds until the program has ended and all it printed was read."""
        began = time.perf_counter()
        _Started(self, program).finish()
        return time.perf_counter() - began

    def first_bytes(self, program: str, count: int) -> list[float]:
        """Start `count` of them as fast as one process can; return the seconds from the common start to each first byte."""
        selector = selectors.DefaultSelector()
        zero = time.perf_counter()
        running = [_Started(self, program) for _ in range(count)]
        for started in running:
            selector.register(started.master, selectors.EVENT_READ, started)
        seconds: list[float] = []
        while selector.get_map():
            for key, _ in selector.select():
                seconds.append(time.perf_counter() - zero)
                selector.unregister(key.fileobj)
        for started in running:
            started.finish()
        return seconds


class _Started:
    def __init__(self, peer: Peer, program: str) -> None:
        self.master, slave = pty.openpty()
        self._process = subprocess.Popen(
            [*peer.command, program],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=peer.folder,
            env=dict(peer.environment),
            start_new_session=True,
        )
        os.close(slave)

    def finish(self, output: bytes = b"") -> None:
        """Read what follows (Linux says EIO at the end) and wait. Raises `BrokenPeerError`."""
        try:
            while data := os.read(self.master, 65536):
                output = (output + data)[-4096:]
        except OSError:
            pass
        os.close(self.master)
        if self._process.wait() != 0:
            raise BrokenPeerError(output.decode(errors="replace"))
