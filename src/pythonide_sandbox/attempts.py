"""Starting an environment that fails again and again: each time it is tried after a longer pause."""

from dataclasses import dataclass

_AGAIN_AFTER = 2.0
_AGAIN_AT_LAST_AFTER = 60.0
_MOST_DOUBLINGS = 5


@dataclass(frozen=True)
class Attempts:
    """How often in a row an environment could not be started, why, and when to try again."""

    failed: int = 0
    why: str = ""
    next: float = 0.0

    def and_failed(self, why: str, now: float) -> "Attempts":
        """Return what it is after one more failure."""
        pause = min(_AGAIN_AFTER * 2 ** min(self.failed, _MOST_DOUBLINGS), _AGAIN_AT_LAST_AFTER)
        return Attempts(self.failed + 1, why, now + pause)
