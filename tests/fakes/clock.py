"""Time that moves only when a test moves it."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count
from math import isinf

import anyio
import anyio.lowlevel

START = datetime(2026, 1, 1, tzinfo=UTC)


class VirtualClock:
    """Implements `Clock`; `advance` wakes sleepers in order and lets everything settle in between."""

    def __init__(self) -> None:
        self.time = 1000.0
        self._sleepers: list[tuple[float, int, anyio.Event]] = []
        self._count = count()

    def monotonic(self) -> float:
        return self.time

    def now(self) -> datetime:
        return START + timedelta(seconds=self.time)

    async def sleep_until(self, moment: float) -> None:
        if isinf(moment) and moment > 0:
            await anyio.sleep_forever()
        if moment <= self.time:
            await anyio.lowlevel.checkpoint()
            return
        event = anyio.Event()
        entry = (moment, next(self._count), event)
        heapq.heappush(self._sleepers, entry)
        try:
            await event.wait()
        finally:
            if entry in self._sleepers:
                self._sleepers.remove(entry)
                heapq.heapify(self._sleepers)

    async def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        until = self.time + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            moment, _, event = heapq.heappop(self._sleepers)
            self.time = max(self.time, moment)
            event.set()
            await settle()
        self.time = until
        await settle()


async def settle() -> None:
    """Return once every task waits for something that only the test, or time, can bring."""
    loop = asyncio.get_running_loop()
    quiet = 0
    while quiet < 2:
        await asyncio.sleep(0)
        quiet = quiet + 1 if not loop._ready else 0  # type: ignore[attr-defined] - asyncio has no public word for it
