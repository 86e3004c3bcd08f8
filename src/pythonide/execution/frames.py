"""The pieces in which a stream travels, and what a stream can be read from."""

from enum import IntEnum
from typing import Protocol

import msgspec


class FrameKind(IntEnum):
    """What a frame is."""

    DATA = 1
    GAP = 2
    END = 3


class StreamFrame(msgspec.Struct, frozen=True, array_like=True):
    """One piece: it takes a reader from position `start` to `end`.

    A GAP names what is missing; on an event stream its payload is the snapshot that makes up for it.
    """

    kind: FrameKind
    start: int
    end: int
    payload: bytes = b""


class Source(Protocol):
    """A numbered stream kept in part: positions `start` to `end` can be read."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def closed(self) -> bool: ...
    def frame(self, position: int, budget: int) -> StreamFrame | None:
        """Return the piece at `position`, at most `budget` long, or `None` if there is nothing yet."""
        ...

    async def wait_beyond(self, position: int) -> None:
        """Return once there is something beyond `position`, or the end is known."""
        ...
