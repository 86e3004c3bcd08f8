"""Who may run now: one run per slot, caps per person and per node, and a queue everybody can see."""

import logging
from collections import Counter, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Literal, Protocol

import anyio

from pythonide.domain.ids import RunId
from pythonide.execution.policy import Caps
from pythonide.execution.request import RunRequest, SlotKey
from pythonide.execution.timing import done_by
from pythonide.ports import Clock, SlotLease, Slots

log = logging.getLogger(__name__)

Eviction = Literal["prompt_evicted", "room_needed"]
"""Why a prompt is closed: its person has too many, or the node has."""
RELEASE_PATIENCE = 10.0
"""Seconds."""


class Turns:
    """One lock per slot, in order of arrival, kept only while somebody holds or wants it."""

    def __init__(self) -> None:
        self._locks: dict[SlotKey, anyio.Lock] = {}
        self._wanted: Counter[SlotKey] = Counter()

    @asynccontextmanager
    async def held(self, key: SlotKey) -> AsyncGenerator[None]:
        """Hold the slot on this node: nothing runs any more of whoever had it before."""
        self._wanted[key] += 1
        try:
            async with self._locks.setdefault(key, anyio.Lock()):
                yield
        finally:
            self._wanted[key] -= 1
            if not self._wanted[key]:
                del self._wanted[key], self._locks[key]

    def __len__(self) -> int:
        return len(self._locks)


@asynccontextmanager
async def leased(slots: Slots, clock: Clock, request: RunRequest) -> AsyncGenerator[SlotLease, None]:
    """Hold the slot's lease. A release that does not come through blocks nobody: the next run takes the slot over."""
    lease = await slots.acquire(request.user, request.workspace, request.slot, request.run)
    try:
        yield lease
    finally:
        with anyio.CancelScope(shield=True):
            if not await done_by(clock, clock.monotonic() + RELEASE_PATIENCE, lambda: slots.release(lease)):
                log.warning("the release of a slot took too long", extra={"run": lease.run, "epoch": lease.epoch})


class Admitted(Protocol):
    """What admission needs to know of a run, and tells it."""

    @property
    def request(self) -> RunRequest: ...
    @property
    def active_at(self) -> float: ...
    def queued_at(self, position: int) -> None: ...
    def evict(self, why: Eviction) -> None: ...


class Place:
    """A run's place: in the queue, among the running scripts, or among the waiting prompts."""

    def __init__(self, admission: "Admission", run: Admitted) -> None:
        self._admission = admission
        self.run = run
        self.granted = anyio.Event()
        self.position = 0

    def becomes_prompt(self) -> None:
        """Give the place among the running scripts to the next in the queue. May be called again."""
        self._admission.move_to_prompts(self)


class Admission:
    """Counts the runs of this node. Everything but waiting is synchronous, so counts cannot drift."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._queue: deque[Place] = deque()
        self._running: dict[RunId, Place] = {}
        self._prompts: dict[RunId, Place] = {}

    @asynccontextmanager
    async def place(self, run: Admitted) -> AsyncGenerator[Place]:
        """Wait for a place in order of arrival, tell the run where it stands, and hold the place."""
        place = Place(self, run)
        self._queue.append(place)
        try:
            self._deal()
            await place.granted.wait()
            yield place
        finally:
            self._leave(place)

    def counts(self) -> tuple[int, int, int]:
        """Return how many runs are queued, running and at a prompt."""
        return len(self._queue), len(self._running), len(self._prompts)

    def move_to_prompts(self, place: Place) -> None:
        """Make a running script's place a prompt's; too many prompts cost the longest idle one its life."""
        run = place.run.request.run
        if self._running.pop(run, None) is None:
            return
        self._prompts[run] = place
        user = place.run.request.user
        own = [other for other in self._prompts.values() if other.run.request.user == user]
        if len(own) > place.run.request.policy.prompts:
            _longest_idle(own, place).run.evict("prompt_evicted")
        elif len(self._prompts) > self._caps.prompts_per_node:
            _longest_idle(list(self._prompts.values()), place).run.evict("room_needed")
        self._deal()

    def _leave(self, place: Place) -> None:
        run = place.run.request.run
        if place in self._queue:
            self._queue.remove(place)
        self._running.pop(run, None)
        self._prompts.pop(run, None)
        self._deal()

    def _deal(self) -> None:
        waiting: deque[Place] = deque()
        for place in self._queue:
            if self._fits(place.run.request):
                self._running[place.run.request.run] = place
                place.granted.set()
            else:
                waiting.append(place)
        self._queue = waiting
        for position, place in enumerate(waiting, 1):
            if place.position != position:
                place.position = position
                place.run.queued_at(position)

    def _fits(self, request: RunRequest) -> bool:
        own = sum(1 for place in self._running.values() if place.run.request.user == request.user)
        return own < request.policy.running and len(self._running) < self._caps.running_per_node


def _longest_idle(places: list[Place], newest: Place) -> Place:
    return min((place for place in places if place is not newest), key=lambda place: place.run.active_at)
