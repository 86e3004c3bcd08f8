"""A wake-up call for everybody who waits, again and again."""

import anyio


class Pulse:
    """Like an event that resets itself: `beat` wakes all who wait now, and nobody who comes later."""

    def __init__(self) -> None:
        self._event = anyio.Event()

    def beat(self) -> None:
        """Wake whoever waits. Never fails, needs no loop to be running tasks."""
        event, self._event = self._event, anyio.Event()
        event.set()

    async def wait(self) -> None:
        """Return at the next beat. Check the condition first: a beat is not remembered."""
        await self._event.wait()
