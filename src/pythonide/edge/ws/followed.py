"""What a connection follows: trees and runs, each pumped by a task of its own that waits for the peer."""

from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager

import anyio
from anyio.abc import TaskGroup

from pythonide.domain.errors import BadRequestError, LimitReachedError, NotFoundError
from pythonide.edge.ws.sender import Sender
from pythonide.protocol.frames import Frame, FrameKind

MAX_STREAMS = 256


class Stream(ABC):
    """Something followed. `number` names it in binary frames; `told` is set once the reply that announces it was sent."""

    def __init__(self) -> None:
        self.number = 0
        self.told = anyio.Event()
        self.scope = anyio.CancelScope()

    @abstractmethod
    async def pump(self) -> None:
        """Carry it until it ends or is cancelled; wait for `told` before anything is sent."""

    async def typed(self, offset: int, data: bytes) -> int:
        """Hand on what was typed and return the offset to go on from."""
        raise BadRequestError("Nothing can be typed here.", channel=self.number, offset=offset, size=len(data))

    async def acknowledged(self, offset: int) -> None:
        """Take back credit for everything before `offset`."""
        raise BadRequestError("Nothing is acknowledged here.", channel=self.number, offset=offset)


class Followed:
    """The streams of one connection, by name and by number."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._streams: dict[str, Stream] = {}
        self._announced: dict[str, list[Stream]] = {}
        self._count = 0
        self.tasks: TaskGroup | None = None
        """Where pumps run; set by hello."""

    def follow(self, name: str, request_id: str, stream: Stream) -> None:
        """Start a stream in place of an older one of that name; it speaks once the reply to `request_id` is sent.

        Raises `LimitReachedError` beyond `MAX_STREAMS`.
        """
        if self.tasks is None:
            raise NotFoundError("This connection has ended.")
        self.unfollow(name)
        if len(self._streams) >= MAX_STREAMS:
            raise LimitReachedError("This page follows too much at once.", limit=MAX_STREAMS)
        self._count += 1
        stream.number = self._count
        self._streams[name] = stream
        self._announced.setdefault(request_id, []).append(stream)
        self.tasks.start_soon(self._run, name, stream)

    def release(self, request_id: str) -> None:
        """Let the streams speak that the reply to `request_id` announced."""
        for stream in self._announced.pop(request_id, []):
            stream.told.set()

    def unfollow(self, name: str) -> None:
        """Stop following; nothing happens if it is not followed."""
        stream = self._streams.pop(name, None)
        if stream is not None:
            stream.scope.cancel()

    @contextmanager
    def unless_refused(self, name: str) -> Generator[None, None, None]:
        """Stop following if the block, which makes the reply, fails: the page was never told."""
        done = False
        try:
            yield
            done = True
        finally:
            if not done:
                self.unfollow(name)

    async def incoming(self, frame: Frame) -> None:
        """Take a binary frame of the page. Frames for what has ended are dropped: they may have crossed."""
        if frame.kind not in (FrameKind.INPUT, FrameKind.ACK):
            raise BadRequestError("A page sends input and acknowledgements only.", kind=frame.kind)
        if not 0 < frame.channel <= self._count:
            raise BadRequestError("There is no such channel.", channel=frame.channel)
        stream = next((stream for stream in self._streams.values() if stream.number == frame.channel), None)
        if stream is None:
            return
        if frame.kind is FrameKind.ACK:
            await stream.acknowledged(frame.offset)
            return
        taken = await stream.typed(frame.offset, frame.payload)
        await self._sender.binary(Frame(FrameKind.INPUT_ACK, frame.channel, taken).encode())

    async def _run(self, name: str, stream: Stream) -> None:
        try:
            with stream.scope:
                await stream.pump()
        finally:
            if self._streams.get(name) is stream:
                del self._streams[name]
