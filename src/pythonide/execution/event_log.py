"""A run's events: numbered without gaps, the last ones kept, and a snapshot for who missed more."""

from collections import deque

import msgspec

from pythonide.execution.events import RunEvent, RunView
from pythonide.execution.frames import FrameKind, StreamFrame
from pythonide.kit.pulse import Pulse

KEPT = 256

encode_event = msgspec.msgpack.Encoder().encode
decode_event = msgspec.msgpack.Decoder[RunEvent](RunEvent).decode
encode_view = msgspec.msgpack.Encoder().encode
decode_view = msgspec.msgpack.Decoder(RunView).decode


class EventLog:
    """Positions count events: a reader at `n` has seen events 1 to n."""

    def __init__(self, view: RunView, kept: int = KEPT) -> None:
        self.view = view
        self._events: deque[bytes] = deque(maxlen=kept)
        self._pulse = Pulse()
        self.closed = False

    @property
    def start(self) -> int:
        """How many events are no longer kept."""
        return self.end - len(self._events)

    @property
    def end(self) -> int:
        """How many events there were."""
        return self.view.seq

    def append(self, event: RunEvent) -> None:
        """Record what happened; the snapshot follows from it and from nothing else."""
        self.view = self.view.after(event)
        self._events.append(encode_event(event))
        self._pulse.beat()

    def close(self) -> None:
        """Say that nothing more happens."""
        self.closed = True
        self._pulse.beat()

    def frame(self, position: int, budget: int) -> StreamFrame | None:
        """Return the next event for a reader at `position`, or the snapshot if it is gone."""
        if position < self.start or position > self.end:
            return StreamFrame(FrameKind.GAP, position, self.end, encode_view(self.view))
        if position < self.end and budget > 0:
            return StreamFrame(FrameKind.DATA, position, position + 1, self._events[position - self.start])
        return StreamFrame(FrameKind.END, self.end, self.end) if position == self.end and self.closed else None

    async def wait_beyond(self, position: int) -> None:
        """Return once something happened after `position`, or the end is known."""
        while position == self.end and not self.closed:
            await self._pulse.wait()
