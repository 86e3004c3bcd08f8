"""One attached run on one connection: output as frames with credit, events as messages, typing back."""

import anyio
from typing_extensions import override

from pythonide.domain.errors import DomainError, ErrorCode, NotFoundError
from pythonide.domain.ids import RunId
from pythonide.edge.wire import encode_event
from pythonide.edge.ws.convert import event_of, run_stream, snapshot_of
from pythonide.edge.ws.followed import Stream
from pythonide.edge.ws.sender import Sender
from pythonide.execution.events import RunView
from pythonide.execution.frames import FrameKind as PieceKind
from pythonide.execution.frames import StreamFrame
from pythonide.execution.registry import GONE
from pythonide.features.runs.model import Who
from pythonide.features.runs.service import RunFeed, RunService
from pythonide.kit.pulse import Pulse
from pythonide.protocol.commands.run import AttachedRun
from pythonide.protocol.events import StreamReset
from pythonide.protocol.frames import GAP_SIZE, MAX_OUTPUT_PAYLOAD, WINDOW_BYTES, Frame, FrameKind


class RunStream(Stream):
    """Carries one run to one page."""

    def __init__(self, service: RunService, who: Who, run: RunId, offset: int, sender: Sender) -> None:
        super().__init__()
        self._service = service
        self._who = who
        self._run = run
        self._offset = offset
        self._acked = offset
        self._sent = offset
        self._credit = Pulse()
        self._sender = sender
        self._feed: RunFeed | None = None
        self._refusal: DomainError | None = None
        self._answered = anyio.Event()

    async def attached(self) -> AttachedRun:
        """Return the reply to `run.attach`, or raise why it is refused."""
        await self._answered.wait()
        if self._refusal is not None or self._feed is None:
            raise self._refusal or NotFoundError(GONE)
        standing = self._feed.standing
        return AttachedRun(channel=self.number, input_offset=standing.input_offset, snapshot=snapshot_of(standing))

    @override
    async def typed(self, offset: int, data: bytes) -> int:
        """Hand on what was typed; where something is missing, the page is told to go back."""
        try:
            return await self._service.type(self._who, self._run, offset, data)
        except DomainError as error:
            if error.code is ErrorCode.OUT_OF_ORDER:
                return int(str(error.details["expected"]))
            raise

    @override
    async def acknowledged(self, offset: int) -> None:
        """Take back credit; an acknowledgement of what was never sent counts for nothing."""
        if self._feed is not None and self._acked < offset <= self._sent:
            self._acked = offset
            self._credit.beat()
            await self._feed.output.ack(offset)

    @override
    async def pump(self) -> None:
        """Attach, answer, and carry until the run's last word or until cancelled."""
        try:
            async with self._service.following(self._who, self._run, self._offset) as feed:
                self._feed = feed
                self._acked = self._sent = min(self._offset, feed.standing.output_end)
                self._answered.set()
                await self.told.wait()
                await self._carry(feed)
        except* DomainError as errors:
            await self._refused(errors)
        finally:
            self._answered.set()

    async def _carry(self, feed: RunFeed) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._output, feed)
            tasks.start_soon(self._events, feed)

    async def _refused(self, errors: ExceptionGroup[DomainError]) -> None:
        if self._answered.is_set():
            await self._lost()
        else:
            self._refusal = _first(errors)

    async def _lost(self) -> None:
        """The node does not answer, or the right is gone: the page asks again and hears which."""
        await self._sender.text(encode_event(StreamReset(stream=run_stream(self._run), seq=0)))

    async def _output(self, feed: RunFeed) -> None:
        ended = False
        while not ended:
            piece = await feed.output.receive()
            await self._forward(piece)
            ended = piece.kind is PieceKind.END

    async def _forward(self, piece: StreamFrame) -> None:
        match piece.kind:
            case PieceKind.GAP:
                await self._frame(FrameKind.GAP, piece.end, GAP_SIZE.pack(piece.end - piece.start))
                self._acked = self._sent = piece.end
            case PieceKind.END:
                await self._frame(FrameKind.OUTPUT, piece.end)
            case PieceKind.DATA:
                for begin in range(0, len(piece.payload), MAX_OUTPUT_PAYLOAD):
                    await self._data(piece.start + begin, piece.payload[begin : begin + MAX_OUTPUT_PAYLOAD])

    async def _data(self, offset: int, data: bytes) -> None:
        while offset + len(data) - self._acked > WINDOW_BYTES:
            await self._credit.wait()
        self._sent = offset + len(data)
        await self._frame(FrameKind.OUTPUT, offset, data)

    async def _frame(self, kind: FrameKind, offset: int, payload: bytes = b"") -> None:
        await self._sender.binary(Frame(kind, self.number, offset, payload).encode())

    async def _events(self, feed: RunFeed) -> None:
        while (happened := await feed.events.receive()) is not None:
            event = (
                StreamReset(stream=run_stream(self._run), seq=happened.seq)
                if isinstance(happened, RunView)
                else event_of(self._run, happened.seq, happened.event)
            )
            await self._sender.text(encode_event(event))


def _first(errors: ExceptionGroup[DomainError]) -> DomainError:
    for error in errors.exceptions:
        return _first(error) if isinstance(error, ExceptionGroup) else error
    raise ValueError("an exception group is never empty")
