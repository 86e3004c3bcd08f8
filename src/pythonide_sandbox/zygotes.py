"""Which environments there are, and the zygotes of each: the one that takes runs, its successor, and those that leave.

A zygote is replaced by switching: the successor warms up beside it, takes every new run from the moment it is ready, and
the old one ends when its last run has. So environments change, and zygotes are recycled, without a run noticing.
"""

import errno
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pythonide_sandbox import by_tier
from pythonide_sandbox.attempts import Attempts
from pythonide_sandbox.environments import Environments
from pythonide_sandbox.hatchery import IDS_PER_ZYGOTE
from pythonide_sandbox.layers import Tier
from pythonide_sandbox.nursery import Nursery, Origin
from pythonide_sandbox.outbox import Outbox
from pythonide_sandbox.requests import Open
from pythonide_sandbox.settings import LauncherSettings
from pythonide_sandbox.watches import Watches, Work

MOST_ENVIRONMENTS = 32
MOST_ZYGOTES = 64
"""At once, those that leave included: each has a range of user ids of its own."""


@dataclass(frozen=True)
class Household:
    """What zygotes need of the launcher, and what they tell it."""

    settings: LauncherSettings
    watches: Watches
    outbox: Outbox
    tier: Tier
    admit: Callable[[Open], None]
    """Takes a request that a zygote could not serve, once more."""
    ready: Callable[[Nursery], None]
    """Told when a zygote has become warm."""


@dataclass
class _Environment:
    modules: list[str]
    attempts: Attempts = field(default_factory=Attempts)
    renew: bool = False
    """Its zygote is to be replaced."""


class Zygotes:
    """Owns every zygote from its start to its burial."""

    def __init__(self, household: Household) -> None:
        self._house = household
        self._folders = Environments(household.settings, own_only=household.tier is Tier.FULL)
        self._known = {name: _Environment(modules) for name, modules in household.settings.preload.items()}
        self._current: dict[str, Nursery] = {}
        self._successors: dict[str, Nursery] = {}
        self._leaving: list[Nursery] = []
        self._ranges = list(range(MOST_ZYGOTES - 1, -1, -1))

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def taking_runs(self) -> Iterable[Nursery]:
        """Return the zygote of each environment that has one."""
        return list(self._current.values())

    def all(self) -> list[Nursery]:
        """Return every zygote there is."""
        return [*self._current.values(), *self._successors.values(), *self._leaving]

    def serving(self, name: str) -> Nursery | None:
        """Return the zygote for a new run, warm or not yet; `None` while there is none."""
        return self._current.get(name) or self._begin(name)

    def why_not(self, name: str) -> str:
        """Return why an environment has no zygote."""
        return self._known[name].attempts.why

    # --- what the server asks for

    def set_up(self, name: str, modules: list[str]) -> None:
        """Add an environment, or switch to what its name means now; nothing happens if that is the same as before."""
        known = self._known.get(name)
        if known is None and len(self._known) >= MOST_ENVIRONMENTS:
            self._tell("environment", name, "there are too many environments")
            return
        if known is not None and known.modules == modules and not self._outdated(name):
            return
        self._known[name] = _Environment(modules, renew=True)
        self._drop_successor(name)
        current = self._current.get(name)
        if current is None or not current.warm:
            self._start_over(name, current)
        self.look_after(time.monotonic())

    def forget(self, name: str) -> None:
        """Take no more runs in an environment; those that are there go on."""
        self._known.pop(name, None)
        self._drop_successor(name)
        current = self._current.pop(name, None)
        if current is not None:
            self._let_leave(current)

    def _drop_successor(self, name: str) -> None:
        successor = self._successors.pop(name, None)
        if successor is not None:
            successor.close(self._house.watches)

    def _outdated(self, name: str) -> bool:
        newest = self._successors.get(name) or self._current.get(name)
        return newest is None or newest.origin.folder.identity != self._folders.meant_by(name)

    def _start_over(self, name: str, unborn: Nursery | None) -> None:
        """End a zygote that never became warm: what it was started from is outdated."""
        if unborn is None:
            return
        del self._current[name]
        unborn.close(self._house.watches)
        waiters, unborn.waiters = unborn.waiters, type(unborn.waiters)()
        for request in waiters:
            self._house.admit(request)

    # --- time

    def look_after(self, now: float) -> None:
        """Start what is missing, and a successor for each that is old or outdated."""
        for name, known in list(self._known.items()):
            current = self._current.get(name)
            if current is None:
                self._begin(name)
            elif current.warm and name not in self._successors and (known.renew or self._is_old(current, now)):
                known.renew = True
                self._begin(name)

    def moments(self, now: float) -> Iterator[float]:
        """Yield when something may be to do though nothing happens until then."""
        for name, known in self._known.items():
            current = self._current.get(name)
            if current is None or (known.renew and current.warm and name not in self._successors):
                yield known.attempts.next
            elif current.warm and not known.renew:
                yield max(now, current.since + self._house.settings.recycle_seconds)

    def _is_old(self, nursery: Nursery, now: float) -> bool:
        settings = self._house.settings
        return now >= nursery.since + settings.recycle_seconds or nursery.forks >= settings.recycle_forks

    # --- the life of one

    def _begin(self, name: str) -> Nursery | None:
        """Start a zygote: the environment's first one, or the successor of the one it has."""
        known, now = self._known[name], time.monotonic()
        if now < known.attempts.next:
            return None
        try:
            nursery = self._hatch(name, known.modules)
        except OSError as error:
            self._mourn(name, str(error))
            return None
        if name in self._current:
            self._successors[name] = nursery
        else:
            self._current[name] = nursery
            known.renew = False
        watches, hatched = self._house.watches, nursery.hatched
        watches.add(hatched.control.fileno(), self._guarded(nursery, lambda: self._hear(nursery)))
        watches.add(hatched.errors, self._guarded(nursery, lambda: self._hear_errors(nursery)))
        watches.add(hatched.pidfd, lambda: self._bury(nursery))
        return nursery

    def _hatch(self, name: str, modules: list[str]) -> Nursery:
        if not self._ranges:
            raise OSError(errno.EAGAIN, "too many zygotes wait for their last programs")
        settings = self._house.settings
        folder = self._folders.hold(name)
        number = self._ranges.pop()
        first_uid = settings.first_uid + number * IDS_PER_ZYGOTE
        try:
            hatched = by_tier.hatch(self._house.tier, folder.descriptor, settings, first_uid=first_uid)
        except OSError:
            folder.let_go()
            self._ranges.append(number)
            raise
        origin = Origin(name, modules, folder, number, first_uid)
        return Nursery(origin, hatched, settings, nested=self._house.tier is Tier.ROOTLESS)

    def _hear(self, nursery: Nursery) -> None:
        if not nursery.hear():
            self.give_up(nursery)
            return
        name = nursery.name
        known = self._known.get(name)
        if known is not None:
            known.attempts = Attempts()
        if self._successors.get(name) is nursery:
            del self._successors[name]
            old, self._current[name] = self._current.get(name), nursery
            if known is not None:
                known.renew = False
            if old is not None:
                self._let_leave(old)
        self._tell("environment", name, None)
        self._house.ready(nursery)

    def _hear_errors(self, nursery: Nursery) -> None:
        if not nursery.complain():
            self._house.watches.drop(nursery.hatched.errors)

    def _guarded(self, nursery: Nursery, work: Work) -> Work:
        def guarded() -> None:
            try:
                work()
            except Exception:
                details = traceback.format_exc()[-4000:]
                what = f"environment {nursery.name}"
                self._house.outbox.send({"type": "trouble", "what": what, "details": details})
                self.give_up(nursery)

        return guarded

    def _let_leave(self, old: Nursery) -> None:
        """Give an old zygote no more runs; it ends with the last that it has."""
        old.leaving = True
        self._leaving.append(old)
        waiters, old.waiters = old.waiters, type(old.waiters)()
        for run in list(old.parked):
            run.kill()
        for request in waiters:
            self._house.admit(request)
        self.close_if_empty(old)

    def close_if_empty(self, nursery: Nursery) -> None:
        """End a zygote that leaves, if the last of its runs has gone."""
        if nursery.leaving and nursery.empty:
            self.give_up(nursery)

    def give_up(self, nursery: Nursery) -> None:
        """End a zygote. Requests that wait go to a new one, unless this one never got warm."""
        if nursery.over:
            return
        nursery.close(self._house.watches)
        name = nursery.name
        if nursery in self._leaving:
            self._leaving.remove(nursery)
            return
        if self._successors.get(name) is nursery:
            del self._successors[name]
            self._mourn(name, nursery.why())
            return
        del self._current[name]
        waiters, nursery.waiters = nursery.waiters, type(nursery.waiters)()
        if nursery.warm:
            self._tell("environment", name, nursery.why())
        else:
            self._mourn(name, nursery.why())
        for request in waiters:
            self._house.admit(request)

    def _mourn(self, name: str, why: str) -> None:
        """Say that a zygote could not be started, and wait longer each time before the next one is tried."""
        known = self._known.get(name)
        if known is None:
            return
        known.attempts = known.attempts.and_failed(why, time.monotonic())
        self._tell("switch" if name in self._current else "environment", name, why)

    def _tell(self, kind: str, name: str, failure: str | None) -> None:
        self._house.outbox.send({"type": kind, "name": name, "failure": failure})

    def _bury(self, nursery: Nursery) -> None:
        self.give_up(nursery)
        nursery.bury(self._house.watches)
        self._ranges.append(nursery.origin.number)
        self._ranges.sort(reverse=True)
