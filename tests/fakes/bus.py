"""A bus that is worse than any network: it loses, doubles, delays and reorders what is published, and requests too."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random

import anyio
import anyio.lowlevel
from anyio.abc import TaskGroup

from pythonide.adapters.bus import LocalBus
from pythonide.ports import Bus, Clock, Handler


class FaultyBus:
    """Wraps a bus; `trouble` is the chance of each fault per message."""

    def __init__(self, bus: Bus, clock: Clock, group: TaskGroup, *, trouble: float, seed: int) -> None:
        self._bus = bus
        self._clock = clock
        self._group = group
        self._chance = Random(seed)
        self.trouble = trouble

    async def request(self, subject: str, data: bytes, *, within: float) -> bytes:
        if self._strikes():
            raise TimeoutError
        reply = await self._bus.request(subject, data, within=within)
        if self._strikes():  # it was done, but nobody hears of it
            raise TimeoutError
        if self._strikes():
            reply = await self._bus.request(subject, data, within=within)
        return reply

    async def publish(self, subject: str, data: bytes) -> None:
        await anyio.lowlevel.checkpoint()
        if self._strikes():
            return
        for _ in range(2 if self._strikes() else 1):
            if self._strikes():
                self._group.start_soon(self._later, subject, data)
            else:
                await self._bus.publish(subject, data)

    @asynccontextmanager
    async def subscribed(self, subject: str, handler: Handler) -> AsyncGenerator[None, None]:
        async with self._bus.subscribed(subject, handler):
            yield

    async def _later(self, subject: str, data: bytes) -> None:
        await self._clock.sleep_until(self._clock.monotonic() + self._chance.uniform(0, 0.2))
        await self._bus.publish(subject, data)

    def _strikes(self) -> bool:
        return self._chance.random() < self.trouble


@asynccontextmanager
async def faulty_bus(clock: Clock, *, trouble: float, seed: int) -> AsyncGenerator[FaultyBus, None]:
    async with anyio.create_task_group() as group:
        yield FaultyBus(LocalBus(), clock, group, trouble=trouble, seed=seed)
        group.cancel_scope.cancel()
