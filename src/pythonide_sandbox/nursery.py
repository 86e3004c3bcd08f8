"""One environment's zygote as the launcher sees it: parked sandboxes, forks under way, requests that wait."""

import json
import os
import signal
import socket
import time
from collections import deque
from dataclasses import dataclass

from pythonide_sandbox import procfs, syscalls
from pythonide_sandbox.demand import Demand
from pythonide_sandbox.environments import Folder
from pythonide_sandbox.hatchery import Hatched
from pythonide_sandbox.layers import FORK, UID_SLOTS
from pythonide_sandbox.requests import Open
from pythonide_sandbox.runs import Run
from pythonide_sandbox.settings import LauncherSettings
from pythonide_sandbox.watches import Watches

READY = b'{"ready":true}'
_MOST_COMPLAINTS = 2000
_MOST_SAID = 4096


@dataclass(frozen=True)
class Origin:
    """What a zygote was started from."""

    name: str
    """Of its environment."""
    modules: list[str]
    """Imported beforehand."""
    folder: Folder
    number: int
    """Of its range of user ids."""
    first_uid: int


class Nursery:
    """Owns one zygote and the sandboxes that are nobody's yet."""

    def __init__(self, origin: Origin, hatched: Hatched, settings: LauncherSettings, *, nested: bool) -> None:
        self.name = origin.name
        self.origin = origin
        self.hatched = hatched
        self.since = time.monotonic()
        self.forks = 0
        """How often it was asked to fork."""
        self.leaving = False
        """It gets no more runs: another one took its place."""
        self.warm = False
        self.over = False
        """Its zygote is given up; sandboxes made by it may still be ending."""
        self.waiters: deque[Open] = deque()
        self.parked: list[Run] = []
        self.forking: set[Run] = set()
        self.slots = list(range(UID_SLOTS - 1, -1, -1))
        self.demand = Demand(settings.parked, settings.parked_most, settings.parked_seconds)
        self.last_words = ""
        self._complaints = b""
        hatched.control.setblocking(False)
        os.set_blocking(hatched.errors, False)
        message = {"preload": origin.modules, "without": settings.without, "nested": nested}
        try:
            hatched.control.send(json.dumps(message).encode())
        except OSError:
            pass  # it has ended already, which its descriptors tell

    def hear(self) -> bool:
        """Take the zygote's word; `False` if it has failed, ended or talks nonsense."""
        try:
            said = self.hatched.control.recv(_MOST_SAID)
        except BlockingIOError:
            return True
        except OSError:
            said = b""
        if said == READY and not self.warm:
            self.warm = True
            return True
        self.last_words = said.decode("utf-8", "replace")
        return False

    def dying(self) -> bool:
        """Tell whether the zygote has ended or is ending.

        Its socket alone does not tell: the kernel closes the last opened descriptors first, a run's before the zygote's own.
        """
        return not self.hear() or all(procfs.leaves(zygote) for zygote in procfs.children(self.hatched.watcher))

    def fork(self) -> Run | None:
        """Ask for one more sandbox; `None` while the zygote cannot take requests, or no uid or descriptor is free."""
        if self.over or self.leaving or not self.warm or not self.slots:
            return None
        try:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        except OSError:
            return None
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        ours.setblocking(False)
        try:
            syscalls.send_with_fds(self.hatched.control, FORK, [theirs.fileno()])
        except OSError:
            ours.close()
            return None
        finally:
            theirs.close()
        self.forks += 1
        run = Run(ours, self.name, slot=self.slots.pop(), first_uid=self.origin.first_uid)
        self.forking.add(run)
        return run

    def missing(self, live: int, now: float) -> int:
        """Return how many more sandboxes ought to be ready or on their way; less than nothing if there are too many."""
        if not self.warm or not self.slots:
            return 0
        wanted = self.demand.wanted(live, now) + len(self.waiters)
        return wanted - len(self.parked) - len(self.forking)

    def let_go(self, run: Run) -> None:
        """Take back the place of a run that is over."""
        self.forking.discard(run)
        if run in self.parked:
            self.parked.remove(run)
        self.slots.append(run.slot)

    @property
    def empty(self) -> bool:
        """Whether no sandbox of its is left, whatever it was doing."""
        return len(self.slots) == UID_SLOTS

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

    def why(self) -> str:
        """Return the zygote's last words and the end of what its interpreter wrote to stderr."""
        complaints = self._complaints.decode("utf-8", "replace")
        return f"{self.last_words} {complaints}".strip() or "it ended without a word"

    def close(self, watches: Watches) -> None:
        """Let go of the zygote, here and nowhere else, and have it killed; its runs end with it."""
        if self.over:
            return
        self.over = True
        self.complain()
        watches.drop(self.hatched.control.fileno())
        self.hatched.control.close()
        watches.close(self.hatched.errors)
        os.kill(self.hatched.watcher, signal.SIGTERM)

    def bury(self, watches: Watches) -> None:
        """Wait for the watcher, which has ended or is about to."""
        watches.close(self.hatched.pidfd)
        os.waitpid(self.hatched.watcher, 0)
        self.origin.folder.let_go()
