"""A run, and the one task that owns everything it has.

`RunDriver.drive` is the only code that acquires or releases anything for a run or moves its state.
Everyone else may read, or ask: `run.stop(reason)` is synchronous, idempotent and never fails; the first reason wins.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass

from anyio import CancelScope, Event, create_task_group
from anyio.abc import TaskGroup

from pythonide.domain.errors import DomainError
from pythonide.domain.runs import LEGAL_MOVES, EndReason, Limit, Outcome, RunPhase, RunState
from pythonide.execution.admission import Admission, Eviction, Place, Turns, leased
from pythonide.execution.events import Finished, StateChanged
from pythonide.execution.expiry import End
from pythonide.execution.request import RunRequest
from pythonide.execution.stage import Stage
from pythonide.execution.timing import Pace, done_by
from pythonide.kit.tasks import bare
from pythonide.ports import Clock, Output, Process, ProcessEnd, RunJournal, RunRecord, Sandboxes, Slots


class Run(Stage):
    """One execution from admission to its end; its driver moves it, all others read it or ask it to stop."""

    def __init__(self, request: RunRequest, clock: Clock) -> None:
        super().__init__(request, clock)
        self.scope = CancelScope()
        """What `stop` cancels: the acquiring at first, then the conversation with the process, never the process itself."""
        self.ending: End | None = None
        self.hurry = Event()
        self.finished = Event()
        self.successor: RunRequest | None = None

    def stop(self, reason: EndReason, *, limit: Limit | None = None, grace: float = 0.0) -> None:
        """Ask the driver to end the run: after `grace` seconds at the latest, and sooner if anyone asks without grace."""
        if not grace:
            self.hurry.set()
        if self.settle(End(reason, limit, grace)):
            self.scope.cancel()

    def press_stop(self) -> None:
        """Stop as the person means it: interrupt first; kill if that does not help in time, or on a second press."""
        again = self.expiry.pressed(self.clock.monotonic())
        if again or self.ending or self.state is not RunState.RUNNING:
            self.stop(EndReason.STOPPED_BY_USER)
        else:
            self.interrupt()

    def settle(self, ending: End) -> bool:
        """Record why the run ends, unless that is known already; tell whether this was the reason."""
        first = self.ending is None
        self.ending = self.ending or ending
        return first

    def advance(self, state: RunState, phase: RunPhase | None = None) -> None:
        """Move the run; a move that is not legal is our bug."""
        if state not in LEGAL_MOVES[self.state]:
            raise RuntimeError(f"illegal move of run {self.request.run}: {self.state} to {state}")
        self.tell(StateChanged(state, phase))

    def evict(self, why: Eviction) -> None:
        """End the prompt, because newer ones need its room."""
        self.notice(why)
        self.stop(EndReason.IDLE, grace=self.policy.patience.leave)


@dataclass(frozen=True)
class Ports:
    """What a driver acquires things from."""

    clock: Clock
    sandboxes: Sandboxes
    slots: Slots
    journal: RunJournal
    turns: Turns
    admission: Admission
    files: Callable[[RunRequest], AbstractAsyncContextManager[None]]
    """Writes what was typed, and verifies that the student has seen it all; raises `ConflictError` if not."""
    successor: Callable[[Run, Outcome], RunRequest | None]
    """The fresh prompt that follows a run, if any."""


class RunDriver:
    """Takes one run from admission to its end: slot, place, files, sandbox and process are one exit stack."""

    def __init__(self, run: Run, ports: Ports) -> None:
        self.run = run
        self.ports = ports
        self._end: ProcessEnd | None = None
        self._recording: Event | None = None
        """Set once the journal knows of the run; `None` if it never will."""
        self._message = ""

    async def drive(self) -> None:
        """Return once the run is finished and nothing of it is left. What nobody expected is raised after that."""
        run = self.run
        with bare():
            async with create_task_group() as beside:
                beside.start_soon(run.watch, run.stop)
                try:
                    await self._hold_or_tell(beside)
                finally:
                    with CancelScope(shield=True):
                        await self._finish()
                    beside.cancel_scope.cancel()

    async def _hold_or_tell(self, beside: TaskGroup) -> None:
        run = self.run
        try:
            with run.scope:
                await self._hold(beside)
        except DomainError as error:
            self._message = error.message
            run.settle(End(EndReason.LOST if run.phase else EndReason.FAILED_TO_START))

    async def _hold(self, beside: TaskGroup) -> None:
        run, ports = self.run, self.ports
        async with AsyncExitStack() as held:
            place = await held.enter_async_context(ports.admission.place(run))
            run.advance(RunState.STARTING)
            run.expiry.starting(ports.clock.monotonic())
            run.stirred.beat()
            # Made while the run before may still be leaving: nothing of anybody's runs in it yet.
            sandbox = await held.enter_async_context(ports.sandboxes.open(run.request.sandbox()))
            await held.enter_async_context(ports.turns.held(run.request.key))
            await held.enter_async_context(leased(ports.slots, ports.clock, run.request))
            self._recording = Event()
            beside.start_soon(self._open_record, self._recording)  # the program need not wait for the disk
            # Held until the program has started, and no longer: people go on typing while it runs.
            files = await held.enter_async_context(AsyncExitStack())
            await files.enter_async_context(ports.files(run.request))
            process = await held.enter_async_context(sandbox.running(run.request.program()))
            await files.aclose()
            await self._converse(process, place)

    async def _converse(self, process: Process, place: Place) -> None:
        run = self.run
        run.scope = CancelScope()
        try:
            with run.scope:
                self._begin(process, place)
                with bare():
                    async with create_task_group() as typing:
                        typing.start_soon(run.feed, process)
                        await self._drain(process)
                        typing.cancel_scope.cancel()
                self._end = await process.wait()
                run.settle(run.natural_end(self._end))
        finally:
            with CancelScope(shield=True):
                await self._close(process)

    def _begin(self, process: Process, place: Place) -> None:
        run = self.run
        phase = RunPhase.SCRIPT if run.request.file is not None else RunPhase.PROMPT
        run.process, run.at_prompt = process, place.becomes_prompt
        run.expiry.running(self.ports.clock.monotonic(), phase)
        run.advance(RunState.RUNNING, phase)
        if phase is RunPhase.PROMPT:
            run.notice("variables_gone")
            run.at_prompt()
        run.stirred.beat()

    async def _drain(self, process: Process) -> None:
        """Take what the program says until its terminal is closed; a flood is slowed, never killed."""
        clock, pace = self.ports.clock, Pace()
        while (event := await process.receive()) is not None:
            self.run.take(event)
            if isinstance(event, Output):
                moment = pace.delay_until(clock.monotonic(), len(event.data))
                if moment is not None:
                    self.run.notice("output_slowed")
                    await clock.sleep_until(moment)

    async def _close(self, process: Process) -> None:
        """Ask politely, wait the grace, kill, reap, drain: whatever happened before, nothing is left after."""
        run, clock = self.run, self.ports.clock
        run.process = None
        if self._end is not None:
            return
        run.advance(RunState.STOPPING, run.phase)
        if run.ending is not None and run.ending.grace:
            await done_by(clock, clock.monotonic() + run.ending.grace, lambda: self._leave(process))
        process.kill()
        await done_by(clock, clock.monotonic() + run.policy.patience.reap, lambda: self._reap(process))

    async def _leave(self, process: Process) -> None:
        """Return once the program has ended as it was asked to, or somebody is in a hurry."""

        async def hurry() -> None:
            await self.run.hurry.wait()
            group.cancel_scope.cancel()

        async with create_task_group() as group:
            group.start_soon(hurry)
            await self.run.ask_to_leave(process)
            await self._drain(process)
            group.cancel_scope.cancel()

    async def _reap(self, process: Process) -> None:
        await self._drain(process)
        self._end = await process.wait()

    async def _finish(self) -> None:
        """Say `finished`, once, whatever became of the journal."""
        run, ports = self.run, self.ports
        run.settle(End(EndReason.INTERNAL_ERROR))
        outcome = self._outcome()
        run.successor = ports.successor(run, outcome)
        run.close_ends()
        moment = ports.clock.monotonic() + run.policy.patience.reap
        try:
            await done_by(ports.clock, moment, lambda: self._close_record(outcome))
        finally:
            run.advance(RunState.FINISHED)
            run.tell(Finished(outcome, run.successor.run if run.successor else None, self._message))
            run.events.close()
            run.finished.set()

    async def _open_record(self, recorded: Event) -> None:
        run, request = self.run, self.run.request
        record = RunRecord(
            request.run, request.user, request.workspace, request.slot, run.state, run.phase, run.created_at
        )
        try:
            await self.ports.journal.opened(record)
        finally:
            recorded.set()

    async def _close_record(self, outcome: Outcome) -> None:
        if self._recording is not None:
            await self._recording.wait()
            await self.ports.journal.closed(self.run.request.run, outcome, self.ports.clock.now())

    def _outcome(self) -> Outcome:
        run, end = self.run, self._end
        ending = run.ending or End(EndReason.INTERNAL_ERROR)
        incident = run.request.run if ending.reason is EndReason.INTERNAL_ERROR else None
        if end is None:
            return Outcome(ending.reason, ending.limit, incident=incident)
        return Outcome(ending.reason, ending.limit or end.limit, end.exit_code, end.usage, incident)
