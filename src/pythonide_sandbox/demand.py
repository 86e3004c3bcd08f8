"""How many sandboxes ought to be ready: as many as there were programs lately, for their people will press Run again."""


class Demand:
    """Rises at once and falls when it was quiet for a while, so that a class finds as many as it needs in its next minute."""

    def __init__(self, least: int, most: int, seconds: float) -> None:
        self._least = least
        self._most = max(least, most)
        self._seconds = seconds
        self._level = 0
        self._until = 0.0
        self._short_until = 0.0

    def wanted(self, live: int, now: float) -> int:
        """Note how many programs there are, and return how many sandboxes should be ready beside them."""
        if now < self._short_until:
            return self._least
        if live >= self._level or now >= self._until:
            self._level = live
            self._until = now + self._seconds
        return min(max(self._least, self._level), self._most)

    def falls_at(self, now: float) -> float | None:
        """Return when something else may be wanted, though nothing happens until then; `None` if only the least is."""
        if now < self._short_until:
            return self._short_until
        return self._until if self._level > self._least else None

    def memory_is_short(self, now: float) -> None:
        """Want no more than the least for a while."""
        self._short_until = now + self._seconds
