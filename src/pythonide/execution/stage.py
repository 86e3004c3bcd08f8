"""What of a run the outside sees and touches: output, events, input, figures, presence, the terminal's size."""

from collections.abc import Callable
from typing import Protocol, assert_never

from msgspec.structs import replace

from pythonide.domain.ids import ClientId
from pythonide.domain.runs import EndReason, Limit, RunPhase, RunState
from pythonide.execution.event_log import EventLog
from pythonide.execution.events import (
    Expiring,
    NoticeCode,
    Noticed,
    Queued,
    RunEvent,
    RunView,
    ScriptOver,
    StateChanged,
    WaitingChanged,
)
from pythonide.execution.expiry import End, Expiry, Warn
from pythonide.execution.input_buffer import InputBuffer
from pythonide.execution.output_log import OutputLog
from pythonide.execution.plots import PlotShelf
from pythonide.execution.request import RunRequest
from pythonide.execution.timing import done_by
from pythonide.kit.pulse import Pulse
from pythonide.ports import Clock, NetworkNeeded, Output, Plot, Process, ProcessEnd, ProcessEvent, ScriptEnded, Waiting

Having = Callable[[str], tuple[str, ...]]
"""Returns the environments that have a top-level module, by name."""
LEAVE_KEYS = b"\x05\x15\x04\x04"
"""Ctrl+E and Ctrl+U clear a half-typed line, Ctrl+D ends the prompt: then the interpreter closes the program's files itself.

Twice, because the first only ends a block that is half typed.

Not Ctrl+C: the interrupt could come as late as in what the program does at its exit.
"""
MAX_NAME = 200
"""Characters kept of names that the student's interpreter says."""


class Stop(Protocol):
    """`Run.stop`."""

    def __call__(self, reason: EndReason, *, limit: Limit | None = None, grace: float = 0.0) -> None: ...


class Stage:
    """The part of a run that keeps what was said and passes on what was typed; it decides nothing."""

    def __init__(self, request: RunRequest, clock: Clock) -> None:
        self.request = request
        self.policy = request.policy
        self.clock = clock
        self.created_at = clock.now()
        self.stirred = Pulse()
        self.output = OutputLog()
        self.input = InputBuffer()
        self.plots = PlotShelf()
        self.events = EventLog(self._first_view())
        self.expiry = Expiry(self.policy.limits, self.policy.patience, clock.monotonic())
        self.process: Process | None = None
        self.at_prompt: Callable[[], None] = _nothing
        self.environments_having: Having = nowhere
        self._size = (request.columns, request.rows)

    @property
    def state(self) -> RunState:
        """Where the run is."""
        return self.events.view.state

    @property
    def phase(self) -> RunPhase | None:
        """What a running run's interpreter does."""
        return self.events.view.phase

    @property
    def active_at(self) -> float:
        """When the person last did something to it."""
        return self.expiry.active_at

    @property
    def kept_bytes(self) -> int:
        """How much memory its output and figures take."""
        return self.output.end - self.output.start + self.plots.kept_bytes

    def view_now(self) -> RunView:
        """Return the picture, with what is left of the warned time as it is now."""
        view = self.events.view
        if view.expires_in is None:
            return view
        return replace(view, expires_in=self.expiry.idle_left(self.clock.monotonic()))

    # --- what people do

    def type(self, client: ClientId, offset: int, data: bytes) -> int:
        """Pass on typing and return the offset to go on from; see `InputBuffer.add`."""
        before = self.input.expected(client)
        after = self.input.add(client, offset, data)
        if after > before:
            self.extend()
        return after

    def extend(self) -> None:
        """Note that the person is there and wants the run."""
        self.expiry.used(self.clock.monotonic())
        self.stirred.beat()

    def present(self, *, present: bool) -> None:
        """Note that the person's first page came or the last one went."""
        self.expiry.present(self.clock.monotonic(), present=present)
        self.stirred.beat()

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, now or when it is there."""
        self._size = (columns, rows)
        if self.process is not None:
            self.process.resize(columns, rows)

    def interrupt(self) -> None:
        """Interrupt the program and forget what was typed ahead, as terminals do."""
        self.input.clear()
        if self.process is not None:
            self.process.interrupt()
        self.stirred.beat()

    # --- what the driver lets it do

    def tell(self, event: RunEvent) -> None:
        """Record an event."""
        self.events.append(event)

    def queued_at(self, position: int) -> None:
        """Tell the run's place in the queue."""
        self.tell(Queued(position))

    def notice(self, code: NoticeCode) -> None:
        """Tell the student something, once."""
        if code not in self.events.view.notices:
            self.tell(Noticed(code))

    async def watch(self, stop: Stop) -> None:
        """Ask for the run's end when its time is over: activity and expiry are serialised here, on one clock."""
        while True:
            for verdict in self.expiry.due(self.clock.monotonic()):
                match verdict:
                    case Warn(expires_in):
                        self.tell(Expiring(expires_in))
                    case End(reason, limit, grace):
                        stop(reason, limit=limit, grace=grace)
                        return
                    case _:
                        assert_never(verdict)
            await done_by(self.clock, self.expiry.deadline(), self.stirred.wait)

    async def feed(self, process: Process) -> None:
        """Type into the terminal what people type, for ever."""
        process.resize(*self._size)
        while True:
            await process.write(await self.input.take())

    async def ask_to_leave(self, process: Process) -> None:
        """Ask the program politely to end: at the prompt by leaving it, else by an interrupt."""
        if self.phase is RunPhase.PROMPT and self.events.view.waiting:
            await process.write(LEAVE_KEYS)
        else:
            process.interrupt()

    def close_ends(self) -> None:
        """Nothing comes out any more and nothing goes in."""
        self.output.close()
        self.input.close()

    # --- what the program says

    def take(self, event: ProcessEvent) -> None:
        """Keep what the program says; only `Output` can be trusted to be what it seems."""
        match event:
            case Output(data):
                self.output.append(data)
            case ScriptEnded():
                self._script_ended(event)
            case Plot():
                self.tell(self.plots.add(event))
            case Waiting(waiting):
                self._waiting(waiting=waiting)
            case NetworkNeeded():
                self.notice("network_needed")
            case _:
                assert_never(event)

    def natural_end(self, end: ProcessEnd) -> End:
        """Return why a program ended that nobody made end."""
        if end.lost:
            return End(EndReason.LOST)
        if end.limit in (Limit.CPU, Limit.WALL):
            return End(EndReason.TIMED_OUT, end.limit)
        if end.limit is not None:
            return End(EndReason.KILLED_BY_LIMIT, end.limit)
        return End(EndReason.STOPPED_BY_USER if self.expiry.stop_pressed else EndReason.EXITED)

    def _script_ended(self, event: ScriptEnded) -> None:
        if self.events.view.script_end is not None or self.request.file is None:
            return
        reason = EndReason.STOPPED_BY_USER if self.expiry.stop_pressed else EndReason.EXITED
        error = event.error[:MAX_NAME] if event.error else None
        file = event.file[:MAX_NAME] if event.file else None
        end = ScriptOver(
            event.exit_code, reason, event.limit, error, event.line, file, event.missing, self._having(event)
        )
        self.tell(end)
        if not self.request.interactive:
            return
        self.expiry.script_ended(self.clock.monotonic())
        if self.state is RunState.RUNNING:
            self.tell(StateChanged(RunState.RUNNING, RunPhase.PROMPT))
            self.at_prompt()
        self.stirred.beat()

    def _having(self, event: ScriptEnded) -> tuple[str, ...]:
        """Return the other environments that have what the program missed."""
        if event.missing is None:
            return ()
        return tuple(name for name in self.environments_having(event.missing) if name != self.policy.environment)

    def _waiting(self, *, waiting: bool) -> None:
        self.expiry.waiting(self.clock.monotonic(), waiting=waiting)
        if waiting is not self.events.view.waiting:
            self.tell(WaitingChanged(waiting))
        self.stirred.beat()

    def _first_view(self) -> RunView:
        request = self.request
        return RunView(
            run=request.run,
            user=request.user,
            workspace=request.workspace,
            slot=request.slot,
            file=request.file,
            created_at=self.created_at,
            policy=request.policy,
        )


def nowhere(module: str) -> tuple[str, ...]:
    """Stands for not knowing what environments there are."""
    return ()


def _nothing() -> None:
    """Stands for what there is nothing to do about."""
