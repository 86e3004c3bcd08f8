"""Rate limits in this process's memory, by the `limits` library: windows that end, so memory does too."""

import math
from collections.abc import Mapping, Sequence

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from pythonide.ports import Clock


class MemoryThrottle:
    """The `Throttle` port. A rule is one or more windows, such as `5/10 seconds; 20/10 minutes`; all must admit."""

    def __init__(self, rules: Mapping[str, str], clock: Clock) -> None:
        self._rules: Mapping[str, Sequence[RateLimitItem]] = {name: parse_many(text) for name, text in rules.items()}
        self._storage = MemoryStorage()
        self._windows = FixedWindowRateLimiter(self._storage)
        self._clock = clock

    def admit(self, rule: str, *key: str) -> float:
        """Count a try and return 0, or count nothing and return after how many seconds one may try again."""
        items = self._rules[rule]
        waits = [self._wait(item, rule, *key) for item in items if not self._windows.test(item, rule, *key)]
        if waits:
            return max(waits)
        for item in items:
            self._windows.hit(item, rule, *key)
        return 0.0

    def forget(self, rule: str, *key: str) -> None:
        """Start afresh for this key."""
        for item in self._rules[rule]:
            self._windows.clear(item, rule, *key)

    def kept(self) -> int:
        """Return how many windows are held in memory."""
        return len(self._storage.storage)

    def _wait(self, item: RateLimitItem, *key: str) -> float:
        resets = self._windows.get_window_stats(item, *key).reset_time
        return float(max(1, math.ceil(resets - self._clock.now().timestamp())))
