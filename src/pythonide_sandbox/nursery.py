"""One environment's zygote as the launcher sees it: parked sandboxes, forks under way, requests that wait."""

import json
import os
import socket
from collections import deque

from pythonide_sandbox import syscalls
from pythonide_sandbox.hatchery import Hatched
from pythonide_sandbox.layers import FORK, UID_SLOTS
from pythonide_sandbox.requests import Open
from pythonide_sandbox.runs import Run
from pythonide_sandbox.settings import LauncherSettings

_MOST_COMPLAINTS = 2000


class Nursery:
    """Owns one zygote and the sandboxes that are nobody's yet."""

    def __init__(self, name: str, hatched: Hatched, settings: LauncherSettings, *, nested: bool) -> None:
        self.name = name
        self.hatched = hatched
        self.warm = False
        self.waiters: deque[Open] = deque()
        self.parked: list[Run] = []
        self.forking: set[Run] = set()
        self.slots = list(range(UID_SLOTS - 1, -1, -1))
        self._complaints = b""
        hatched.control.setblocking(False)
        os.set_blocking(hatched.errors, False)
        message = {"preload": settings.preload[name], "without": settings.without, "nested": nested}
        hatched.control.send(json.dumps(message).encode())

    def fork(self) -> Run | None:
        """Ask for one more sandbox; `None` while the zygote cannot take requests or no uid is free."""
        if not self.warm or not self.slots:
            return None
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        ours.setblocking(False)
        try:
            syscalls.send_with_fds(self.hatched.control, FORK, [theirs.fileno()])
        except OSError:
            ours.close()
            return None
        finally:
            theirs.close()
        run = Run(ours, self.name, slot=self.slots.pop())
        self.forking.add(run)
        return run

    def forget(self, run: str) -> None:
        """Drop the request of a run that nobody waits for any more."""
        self.waiters = deque(request for request in self.waiters if request.run != run)

    def complain(self) -> bool:
        """Keep what the interpreter writes to stderr; `False` at its end."""
        try:
            data = os.read(self.hatched.errors, _MOST_COMPLAINTS)
        except BlockingIOError:
            return True
        self._complaints = (self._complaints + data)[-_MOST_COMPLAINTS:]
        return bool(data)

    def complaints(self) -> str:
        """Return the end of what the interpreter wrote to stderr."""
        return self._complaints.decode("utf-8", "replace")

    def close(self) -> None:
        """Let the zygote end; its runs end with it."""
        self.hatched.control.close()
        os.close(self.hatched.errors)
