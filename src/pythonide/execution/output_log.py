"""A run's output: bounded, numbered by byte offset, read by many at their own pace."""

from pythonide.execution.frames import FrameKind, StreamFrame
from pythonide.kit.pulse import Pulse

CAPACITY = 2 * 1024 * 1024
BLOCK = 16 * 1024
MAX_PAYLOAD = 32 * 1024


class OutputLog:
    """A ring of bytes. Appending never waits and never fails: who reads too slowly gets a gap.

    At least the last `capacity` bytes are kept, at most one block more.
    """

    def __init__(self, capacity: int = CAPACITY, block: int = BLOCK) -> None:
        self._capacity = capacity
        self._block = block
        self._blocks: dict[int, bytearray] = {}
        self._pulse = Pulse()
        self.start = 0
        self.end = 0
        self.closed = False

    def append(self, data: bytes) -> None:
        """Add bytes at the end; what is older than the ring is dropped."""
        view = memoryview(data)
        while view:
            room = self._block - self.end % self._block
            part, view = view[:room], view[room:]
            self._blocks.setdefault(self.end // self._block, bytearray()).extend(part)
            self.end += len(part)
            self._trim()
        self._pulse.beat()

    def close(self) -> None:
        """Say that nothing more comes."""
        self.closed = True
        self._pulse.beat()

    def read(self, offset: int, limit: int) -> bytes:
        """Return up to `limit` bytes from `offset`, which must lie between `start` and `end`."""
        parts: list[bytes] = []
        while limit > 0 and offset < self.end:
            inside = offset % self._block
            part = bytes(memoryview(self._blocks[offset // self._block])[inside : inside + limit])
            parts.append(part)
            offset += len(part)
            limit -= len(part)
        return b"".join(parts)

    def frame(self, position: int, budget: int) -> StreamFrame | None:
        """Return the next piece for a reader at `position`: a gap, bytes, the end, or nothing yet."""
        if position < self.start:
            return StreamFrame(FrameKind.GAP, position, self.start)
        if position < self.end:
            data = self.read(position, min(budget, MAX_PAYLOAD))
            return StreamFrame(FrameKind.DATA, position, position + len(data), data) if data else None
        return StreamFrame(FrameKind.END, self.end, self.end) if self.closed else None

    async def wait_beyond(self, position: int) -> None:
        """Return once there are bytes after `position`, or the end is known."""
        while position >= self.end and not self.closed:
            await self._pulse.wait()

    def _trim(self) -> None:
        while self.end - self.start >= self._capacity + self._block:
            del self._blocks[self.start // self._block]
            self.start += self._block
