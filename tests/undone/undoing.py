"""Decisions undone, one at a time: what to replace in the product, and the proof that must then fail, with these words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Undoing:
    """One small patch to a copy of the product."""

    of: str
    """What is undone: of a row of docs/explanation/failure-modes.md, or of a requirement of SECURITY.md."""
    file: str
    old: str
    new: str
    proof: str
    """A test, as pytest names it."""
    fails_as: str
    """What the failing test says."""
