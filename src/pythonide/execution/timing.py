"""Deadlines on the Clock port, so that tests can move time."""

from collections.abc import Awaitable, Callable

from anyio import CancelScope, create_task_group

from pythonide.kit.tasks import bare
from pythonide.ports import Clock

FAST_BYTES = 16 * 1024 * 1024
"""So much a run may print at full speed."""


async def done_by(clock: Clock, moment: float, work: Callable[[], Awaitable[object]]) -> bool:
    """Run `work` until the clock reaches `moment`; tell whether it came to its end."""
    done = False

    async def ring(scope: CancelScope) -> None:
        await clock.sleep_until(moment)
        scope.cancel()

    with bare():
        async with create_task_group() as group:
            group.start_soon(ring, group.cancel_scope)
            await work()
            done = True
            group.cancel_scope.cancel()
    return done


class Pace:
    """Slows a flood: after `free` bytes, no more than `rate` bytes per second."""

    def __init__(self, free: int = FAST_BYTES, rate: float = 8 * 1024 * 1024) -> None:
        self._free = free
        self._rate = rate
        self._clear_at = 0.0

    def delay_until(self, now: float, taken: int) -> float | None:
        """Count `taken` bytes; return the moment until which to wait, or `None` while nothing is owed."""
        if self._free >= taken:
            self._free -= taken
            return None
        owed, self._free = taken - self._free, 0
        self._clear_at = max(self._clear_at, now) + owed / self._rate
        return self._clear_at if self._clear_at > now + 0.01 else None
