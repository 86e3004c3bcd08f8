"""Streams over a bus that loses, doubles and reorders: position, credit and replay, the same for bytes and events.

The node's `Outlet` sends frames while it has credit; the web node's `Inlet` takes what comes next, asks again from
where it stands when something is missing or silent, and so ends with every byte or a gap that names what is missing.
"""

from collections import deque
from collections.abc import Awaitable, Callable

import msgspec
from anyio import CancelScope

from pythonide.execution.frames import FrameKind, Source, StreamFrame
from pythonide.execution.timing import done_by
from pythonide.kit.pulse import Pulse
from pythonide.ports import Clock

COALESCE = 0.016
"""Seconds between frames while there is less than a full one to send: a screen's frame."""
FULL = 8 * 1024
SILENCE = 0.8
"""Seconds after which a reader asks again; doubled each time nothing is new, up to `MAX_SILENCE`."""
MAX_SILENCE = 6.4
REPEAT = 0.05
"""Seconds between two questions about the same missing piece."""

encode_frame = msgspec.msgpack.Encoder().encode
decode_frame = msgspec.msgpack.Decoder(StreamFrame).decode

Send = Callable[[bytes], Awaitable[None]]


class Outlet:
    """One reader's end on the node. It outlives lost frames, not a reader that stays silent (see `heard_at`)."""

    def __init__(self, source: Source, window: int, clock: Clock) -> None:
        self._source = source
        self._window = window
        self._clock = clock
        self._credit = Pulse()
        self._round = CancelScope()
        self._sent_at = clock.monotonic() - COALESCE
        self._position = 0
        self._acked = 0
        self.heard_at = clock.monotonic()

    def attach(self, position: int, acked: int) -> None:
        """Go on from `position`, whatever was sent before."""
        self._position, self._acked = position, min(acked, position)
        self.heard_at = self._clock.monotonic()
        self._round.cancel()

    def ack(self, position: int) -> None:
        """Take back credit for everything before `position`."""
        self.heard_at = self._clock.monotonic()
        if self._acked < position <= self._position:
            self._acked = position
            self._credit.beat()

    async def pump(self, send: Send) -> None:
        """Send for ever; cancel it to detach the reader."""
        while True:
            self._round = CancelScope()
            with self._round:
                await self._send_all(send)

    async def _send_all(self, send: Send) -> None:
        while True:
            await self._source.wait_beyond(self._position)
            while self._position - self._acked >= self._window:
                await self._credit.wait()
            if self._source.end - self._position < FULL and not self._source.closed:
                await self._clock.sleep_until(self._sent_at + COALESCE)
            frame = self._source.frame(self._position, self._window - (self._position - self._acked))
            if frame is None:
                continue
            await send(encode_frame(frame))
            self._sent_at = self._clock.monotonic()
            self._advance(frame)
            if frame.kind is FrameKind.END:
                await self._clock.sleep_until(float("inf"))

    def _advance(self, frame: StreamFrame) -> None:
        if frame.kind is FrameKind.GAP:
            self._acked += frame.end - frame.start  # what was not sent needs no credit
        self._position = frame.end


class Inlet:
    """The reader's end. `offer` takes whatever the bus delivers; `receive` gives frames in order, none twice."""

    def __init__(self, position: int, ask: Callable[[int, int], Awaitable[None]], tell: Send, clock: Clock) -> None:
        self._ask = ask
        """Attaches again: (position, acked)."""
        self._tell = tell
        self._clock = clock
        self._arrived = position
        self._acked = position
        self._queue: deque[StreamFrame] = deque()
        self._missing = False
        self._ended = False
        self._pulse = Pulse()

    async def offer(self, data: bytes) -> None:
        """Take a frame from the bus: what follows on is kept, what is known is dropped, a hole is noted."""
        frame = decode_frame(data)
        fits = frame.start <= self._arrived and (frame.end > self._arrived or frame.start == self._arrived)
        if frame.start > self._arrived:
            self._missing = True
        elif fits and not self._ended:
            self._keep(frame)
        self._pulse.beat()

    async def receive(self) -> StreamFrame:
        """Return the next frame. Raises what `ask` raises when the node does not answer."""
        silence, asked_at = SILENCE, float("-inf")
        while not self._queue:
            wait = REPEAT if self._missing else silence
            now = self._clock.monotonic()
            known = self._arrived
            moment = max(now, asked_at + wait) if self._missing else now + wait
            if moment > now and await done_by(self._clock, moment, self._pulse.wait):
                continue
            if not self._queue:
                self._missing = False
                asked_at = self._clock.monotonic()
                await self._ask(self._arrived, self._acked)
                silence = SILENCE if self._arrived != known else min(2 * silence, MAX_SILENCE)
        return self._queue.popleft()

    async def ack(self, position: int) -> None:
        """Give credit for everything before `position`; for what has not arrived there is none to give."""
        if self._acked < position <= self._arrived:
            self._acked = position
            await self._tell(msgspec.msgpack.encode(position))

    def _keep(self, frame: StreamFrame) -> None:
        if frame.kind is FrameKind.DATA:
            frame = StreamFrame(FrameKind.DATA, self._arrived, frame.end, frame.payload[self._arrived - frame.start :])
        elif frame.kind is FrameKind.GAP:
            frame = StreamFrame(FrameKind.GAP, self._arrived, frame.end, frame.payload)
        else:
            self._ended = True
        self._arrived = frame.end
        self._missing = False
        self._queue.append(frame)
