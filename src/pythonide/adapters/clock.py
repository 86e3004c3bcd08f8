"""The real clock."""

import time
from datetime import UTC, datetime
from math import isinf

import anyio


class SystemClock:
    """Time of this machine; implements the `Clock` port."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, moment: float) -> None:
        """Return once `monotonic()` has reached `moment`; for ever if it is infinite."""
        if isinf(moment):
            await anyio.sleep_forever()
        await anyio.sleep(max(0.0, moment - time.monotonic()))
