"""The task group in which all runs of this node live."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from anyio import CancelScope, create_task_group
from anyio.abc import TaskGroup

from pythonide.domain.errors import ConflictError, LimitReachedError, UnavailableError
from pythonide.domain.ids import ClientId, RunId, UserId, new_id
from pythonide.domain.runs import EndReason, Outcome
from pythonide.execution.admission import Admission, Turns
from pythonide.execution.policy import Caps
from pythonide.execution.presence import Presence
from pythonide.execution.registry import RunRegistry
from pythonide.execution.request import RunRequest, fresh_prompt
from pythonide.execution.run import Ports, Run, RunDriver
from pythonide.execution.stage import Having, nowhere
from pythonide.kit.tasks import bare
from pythonide.ports import Clock, RunJournal, Sandboxes, Slots

log = logging.getLogger(__name__)

SWEEP = 5.0
"""Seconds between looks at what has lapsed."""

Files = Callable[[RunRequest], AbstractAsyncContextManager[None]]


async def _tell_nobody(run: Run) -> None:
    """The announcement of a supervisor that nobody listens to."""


@dataclass(frozen=True)
class World:
    """What a node's supervisor works with."""

    clock: Clock
    sandboxes: Sandboxes
    slots: Slots
    journal: RunJournal
    files: Files
    caps: Caps = field(default_factory=Caps)
    environments_having: Having = nowhere
    """Tells which environments have a module that a program missed."""
    announce: Callable[[Run], Awaitable[None]] = _tell_nobody
    """Tells whoever shows the workspace that a run was admitted."""


class Supervisor:
    """Starts runs, finds them, and outlives every one of their failures."""

    def __init__(self, world: World, group: TaskGroup) -> None:
        self._world = world
        self._group = group
        self._closing = False
        self.presence = Presence()
        self.runs = RunRegistry(world.caps)
        self.incidents = 0
        """How often something nobody expected was raised; anything but 0 fails a test."""
        self.admission = Admission(world.caps)
        self.turns = Turns()

    def start(self, request: RunRequest) -> Run:
        """Admit a run. It replaces what runs in its slot; asked for twice, it is the same run.

        Raises `LimitReachedError`, `UnavailableError` while shutting down, `ConflictError` if the id is another request's.
        """
        known = self.runs.get(request.run)
        if known is not None:
            if known.request.fingerprint != request.fingerprint:
                raise ConflictError("This request id was used for something else.")
            return known
        if self._closing:
            raise UnavailableError("The server is about to stop.")
        replaced = self.runs.live_in(request.key)
        self._check_caps(request.user, replaced)
        for run in replaced:
            run.stop(EndReason.REPLACED, grace=run.policy.patience.leave)
        return self._spawn(request)

    def came(self, user: UserId, client: ClientId) -> None:
        """Note that a person's page is open; to be repeated before the lease ends."""
        if self.presence.came(user, client, self._world.clock.monotonic()):
            self._present(user, present=True)

    def left(self, user: UserId, client: ClientId) -> None:
        """Note that a person's page was closed."""
        if self.presence.left(user, client):
            self._present(user, present=False)

    def shut_down(self) -> None:
        """Refuse new runs and ask all to end; the block of `supervising` waits for them."""
        self._closing = True
        for run in self.runs.live():
            run.stop(EndReason.SERVER_SHUTDOWN, grace=run.policy.patience.grace)

    async def sweep(self) -> None:
        """Look after presence and finished runs for ever."""
        clock = self._world.clock
        while True:
            await clock.sleep_until(clock.monotonic() + SWEEP)
            for user in self.presence.lapsed(clock.monotonic()):
                self._present(user, present=False)
            self.runs.forget(clock.monotonic())

    def _spawn(self, request: RunRequest) -> Run:
        run = Run(request, self._world.clock)
        run.environments_having = self._world.environments_having
        run.present(present=request.user in self.presence)
        self.runs.add(run)
        self._group.start_soon(self._contained, "announcement", run, self._world.announce)
        self._group.start_soon(self._live, run)
        return run

    async def _live(self, run: Run) -> None:
        await self._contained("run", run, self._drive)
        self.runs.finished(run, self._world.clock.monotonic())
        if run.successor is not None and not self._closing:
            self._spawn(run.successor)

    async def _drive(self, run: Run) -> None:
        world = self._world
        ports = Ports(
            world.clock,
            world.sandboxes,
            world.slots,
            world.journal,
            self.turns,
            self.admission,
            world.files,
            self._successor,
        )
        await RunDriver(run, ports).drive()

    async def _contained(self, what: str, run: Run, work: Callable[[Run], Awaitable[None]]) -> None:
        try:
            await work(run)
        except Exception:
            self.incidents += 1
            log.exception("incident", extra={"incident": run.request.run, "what": what})

    def _successor(self, run: Run, outcome: Outcome) -> RunRequest | None:
        wanted = outcome.reason is EndReason.STOPPED_BY_USER and run.phase is not None and run.request.interactive
        newer = any(other is not run for other in self.runs.live_in(run.request.key))
        if not wanted or newer or self._closing:
            return None
        return fresh_prompt(run.request, RunId(new_id()))

    def _check_caps(self, user: UserId, replaced: list[Run]) -> None:
        caps = self._world.caps
        live = [run for run in self.runs.live() if run.ending is None and run not in replaced]
        if sum(1 for run in live if run.request.user == user) >= caps.runs_per_user:
            raise LimitReachedError(
                "You have too many programs open. Stop one of them first.", limit=caps.runs_per_user
            )
        if len(live) >= caps.runs_per_node:
            raise LimitReachedError("Too many programs run on this machine. Try again in a minute.")

    def _present(self, user: UserId, *, present: bool) -> None:
        for run in self.runs.live():
            if run.request.user == user:
                run.present(present=present)


@asynccontextmanager
async def supervising(world: World) -> AsyncGenerator[Supervisor]:
    """Run a supervisor while the block is open; leaving it stops all runs and waits until nothing of them is left."""
    with bare():
        async with create_task_group() as sweeper, create_task_group() as group:
            supervisor = Supervisor(world, group)
            sweeper.start_soon(supervisor.sweep)
            try:
                yield supervisor
            finally:
                supervisor.shut_down()
                with CancelScope(shield=True):
                    await supervisor.runs.wait_none_live()
                sweeper.cancel_scope.cancel()
