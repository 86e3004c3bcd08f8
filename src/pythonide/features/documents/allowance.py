"""How much one person may append: logs are kept, so nobody fills the disk by pasting without end."""

from collections import OrderedDict

from pythonide.domain.errors import RateLimitedError
from pythonide.domain.ids import UserId

BURST_BYTES = 24 * 1024 * 1024
"""Ten of the largest texts at once."""
BYTES_PER_SECOND = 8 * 1024
"""Fast typing takes a hundredth of it."""
REMEMBERED = 10_000
"""People whose use is counted; the one longest silent is forgotten, and has a full allowance by then."""


class Allowance:
    """What each person has left; it grows back with time."""

    def __init__(self) -> None:
        self._left: OrderedDict[UserId, tuple[float, float]] = OrderedDict()

    def take(self, user: UserId, size: int, now: float) -> None:
        """Count bytes, or count nothing and raise `RateLimitedError`."""
        left, at = self._left.pop(user, (BURST_BYTES, now))
        left = min(BURST_BYTES, left + (now - at) * BYTES_PER_SECOND)
        self._left[user] = (left - size if size <= left else left, now)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        if size > left:
            wait = round((size - left) / BYTES_PER_SECOND) + 1
            raise RateLimitedError("This is too much to save at once. It is tried again.", retry_after=wait)
