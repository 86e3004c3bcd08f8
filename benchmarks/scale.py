"""How much is measured: all of it, or as much as fits into a minute or two."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Repeats and sizes. Many at once give as many samples a round, so they take fewer rounds."""

    repeats: int = 50
    at_once: tuple[int, ...] = (30, 60)
    rounds: int = 3
    stops: int = 3
    live: int = 20
    crowd: int = 300
    lines: int = 1_000_000
    minutes: float = 60.0
    """After which the comparison with peers ends, with what it has by then."""
    everything: bool = True
    """Include what takes minutes: other configurations than those people use, and peers many at once."""


FULL = Scale()
QUICK = Scale(repeats=4, at_once=(10,), rounds=1, stops=1, live=5, crowd=20, lines=100_000, everything=False)
