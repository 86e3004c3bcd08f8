"""A whole node on fakes and virtual time, and the questions to ask the world outside it."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from pythonide.domain.errors import ConflictError
from pythonide.domain.ids import RunId, UserId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.execution.event_log import decode_event
from pythonide.execution.events import Finished
from pythonide.execution.policy import Caps, RunPolicy
from pythonide.execution.request import RunRequest
from pythonide.execution.run import Run
from pythonide.execution.supervisor import Supervisor, World, supervising
from tests.fakes.clock import VirtualClock
from tests.fakes.sandboxes import FakeProcess, FakeSandboxes
from tests.fakes.stores import FakeJournal, FakeSlots

ADA = UserId("a" * 32)
DEFAULT_POLICY = RunPolicy()
WORKSPACE = WorkspaceId("b" * 32)


def request_for(
    file: str,
    user: UserId = ADA,
    *,
    run: str = "",
    interactive: bool = True,
    slot: str = "",
    policy: RunPolicy = DEFAULT_POLICY,
) -> RunRequest:
    """A press of Run in the user's workspace; `slot` runs the same file under another name."""
    path = WorkspacePath.parse(file)
    return RunRequest(
        run=RunId(run or new_id()),
        user=user,
        workspace=WORKSPACE if user == ADA else WorkspaceId(user),
        slot=WorkspacePath.parse(slot) if slot else path,
        file=path,
        interactive=interactive,
        policy=policy,
    )


class Files:
    """The flush of named revisions, as the documents service offers it."""

    def __init__(self) -> None:
        self.stale = False
        self.held = 0

    def __call__(self, request: RunRequest) -> AbstractAsyncContextManager[None]:
        return self._held()

    @asynccontextmanager
    async def _held(self) -> AsyncGenerator[None, None]:
        if self.stale:
            raise ConflictError("The file was changed.")
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1


class FakeWorld:
    """Everything a supervisor works with, and what the machine would show of it."""

    def __init__(self, caps: Caps | None = None) -> None:
        self.clock = VirtualClock()
        self.sandboxes = FakeSandboxes(self.clock)
        self.slots = FakeSlots()
        self.journal = FakeJournal()
        self.files = Files()
        self.world = World(self.clock, self.sandboxes, self.slots, self.journal, self.files, caps or Caps())

    @asynccontextmanager
    async def supervisor(self) -> AsyncGenerator[Supervisor, None]:
        """Run a supervisor; at the end the caller's shutdown may need time, which passes here."""
        async with supervising(self.world) as supervisor:
            try:
                yield supervisor
            finally:
                supervisor.shut_down()
                await self.clock.advance(60.0)
        self.assert_empty(supervisor)

    def assert_empty(self, supervisor: Supervisor) -> None:
        """Nothing is left of any run: asked of the world, not of the runs."""
        assert not self.sandboxes.processes
        assert not self.sandboxes.open_now
        assert not self.slots.held
        assert not self.sandboxes.left_alive
        assert not self.files.held
        assert supervisor.admission.counts() == (0, 0, 0)
        assert len(supervisor.turns) == 0

    @property
    def process(self) -> FakeProcess:
        """The process that was started last."""
        return self.sandboxes.started[-1]


def text(run: Run) -> str:
    """All output that is kept."""
    return run.output.read(run.output.start, run.output.end).decode()


def finished_events(run: Run) -> int:
    """How often the run said that it is over, counted in its event log."""
    frames = [run.events.frame(position, 1) for position in range(run.events.start, run.events.end)]
    return sum(isinstance(decode_event(frame.payload), Finished) for frame in frames if frame)
