"""One page's view of one run: output and events, each byte and event once, in order."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from anyio import CancelScope, Lock

from pythonide.domain.errors import DomainError
from pythonide.domain.ids import RunId, new_id
from pythonide.execution.channel import Inlet
from pythonide.execution.commands import Attach, Detach, RunStanding, StreamKind, ack_subject, ask_node, down_subject
from pythonide.execution.event_log import decode_event, decode_view
from pythonide.execution.events import RunEvent, RunView
from pythonide.execution.frames import FrameKind, StreamFrame
from pythonide.ports import Bus, Clock

RECHECK = 2.0
"""Seconds after which rights are asked for again before more is handed out; revocation must act within 5."""


@dataclass(frozen=True)
class RunEventAt:
    """An event with its number in the run."""

    seq: int
    event: RunEvent


class Right:
    """The right to go on reading, asked for again from time to time."""

    def __init__(self, ask: Callable[[], Awaitable[None]], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._asking = Lock()
        self._good_until = clock.monotonic() + RECHECK

    async def check(self) -> None:
        """Return if it is still there, else raise `NotFoundError`."""
        if self._clock.monotonic() < self._good_until:
            return
        async with self._asking:  # both streams wait for one answer
            if self._clock.monotonic() >= self._good_until:
                await self._ask()
                self._good_until = self._clock.monotonic() + RECHECK


class OutputFeed:
    """The run's output from the asked offset on."""

    def __init__(self, inlet: Inlet, right: Right) -> None:
        self._inlet = inlet
        self._right = right

    async def receive(self) -> StreamFrame:
        """Return the next piece: bytes, a gap that names what is missing, or the end, after which nothing comes."""
        frame = await self._inlet.receive()
        await self._right.check()
        return frame

    async def ack(self, offset: int) -> None:
        """Say that the page has dealt with everything before `offset`: so much more may be sent."""
        await self._inlet.ack(offset)


class EventFeed:
    """The run's events after the snapshot it began with."""

    def __init__(self, inlet: Inlet, right: Right) -> None:
        self._inlet = inlet
        self._right = right

    async def receive(self) -> RunEventAt | RunView | None:
        """Return the next event; a fresh snapshot where events were missed; `None` after the last."""
        frame = await self._inlet.receive()
        await self._right.check()
        if frame.kind is FrameKind.END:
            return None
        await self._inlet.ack(frame.end)
        if frame.kind is FrameKind.GAP:
            return decode_view(frame.payload)
        return RunEventAt(frame.end, decode_event(frame.payload))


@dataclass(frozen=True)
class RunFeed:
    """What a page that follows a run gets: how it stood when the feed opened, and everything after that."""

    standing: RunStanding
    output: OutputFeed
    events: EventFeed


@asynccontextmanager
async def open_feed(
    bus: Bus, clock: Clock, node: str, standing: RunStanding, offset: int, still_may: Callable[[], Awaitable[None]]
) -> AsyncGenerator[RunFeed, None]:
    """Attach to both streams of a run while the block is open."""
    right = Right(still_may, clock)
    run = standing.view.run
    async with AsyncExitStack() as stack:
        output = await stack.enter_async_context(
            _attached(bus, clock, node, run, "output", min(offset, standing.output_end))
        )
        events = await stack.enter_async_context(_attached(bus, clock, node, run, "events", standing.view.seq))
        yield RunFeed(standing, OutputFeed(output, right), EventFeed(events, right))


@asynccontextmanager
async def _attached(
    bus: Bus, clock: Clock, node: str, run: RunId, stream: StreamKind, position: int
) -> AsyncGenerator[Inlet, None]:
    reader = new_id()

    async def ask(at: int, acked: int) -> None:
        await ask_node(bus, node, Attach(run=run, stream=stream, reader=reader, position=at, acked=acked))

    inlet = Inlet(position, ask, partial(bus.publish, ack_subject(node, reader)), clock)
    try:
        async with bus.subscribed(down_subject(node, run, reader), inlet.offer):
            await ask(position, position)
            yield inlet
    finally:
        with CancelScope(shield=True):
            try:
                await ask_node(bus, node, Detach(reader=reader))
            except DomainError:  # the node forgets silent readers by itself
                pass
