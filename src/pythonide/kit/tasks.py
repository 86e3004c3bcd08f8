"""Helpers for task groups."""

from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def bare() -> Generator[None, None, None]:
    """Let a single failure of the task group inside come out as it is, so that callers can catch it by its kind."""
    try:
        yield
    except BaseExceptionGroup as failures:
        if len(failures.exceptions) == 1:
            raise failures.exceptions[0] from None
        raise
