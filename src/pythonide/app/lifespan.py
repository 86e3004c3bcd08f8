"""Everything that is open while the server runs: one stack, opened in order, closed in reverse."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from anyio import create_task_group

from pythonide.adapters.bus import LocalBus
from pythonide.adapters.clock import SystemClock
from pythonide.adapters.database import open_database, sqlite_url
from pythonide.adapters.passwords import Argon2Passwords
from pythonide.adapters.rate_limits import MemoryThrottle
from pythonide.adapters.slots import LocalSlots
from pythonide.adapters.workspace_files import LocalWorkspaceFiles, open_workspace_files
from pythonide.app.first_class import LOCAL_USER
from pythonide.app.settings import Settings
from pythonide.domain.ids import ClientId, Revision, RunId, UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import Outcome
from pythonide.edge.http.security import Origins
from pythonide.edge.services import Services
from pythonide.edge.ws.connection import Node
from pythonide.edge.ws.dispatch import Dispatch
from pythonide.edge.ws.file_commands import FileCommands
from pythonide.edge.ws.ledger import Ledger
from pythonide.edge.ws.registry import Connections
from pythonide.edge.ws.trees import TreeStreams
from pythonide.edge.ws.watch import SWEEP_PERIOD, ClosingRevocations, rounds, watch_logins
from pythonide.execution.node import running_node
from pythonide.execution.policy import Caps
from pythonide.execution.request import RunRequest
from pythonide.execution.stage import Having, nowhere
from pythonide.execution.supervisor import World
from pythonide.features.administration.service import Administration
from pythonide.features.courses.service import Courses
from pythonide.features.documents.service import Documents
from pythonide.features.identity.access import SignInGuard
from pythonide.features.identity.model import RATE_RULES, IdentityPolicy, LoginId, Revocations
from pythonide.features.identity.service import Identity
from pythonide.features.runs.model import Who
from pythonide.features.runs.service import RunService
from pythonide.features.runs.store import RunStore
from pythonide.features.workspaces.access import WorkspaceAccess
from pythonide.features.workspaces.bin import Bin
from pythonide.features.workspaces.service import Workspaces
from pythonide.features.workspaces.trees import Trees
from pythonide.features.workspaces.uploads import Uploads
from pythonide.persistence.transaction import Transactions
from pythonide.ports import Clock, FileEntry, RunRecord, Sandboxes, Slots

NODE = "local"
SYSTEM_CLOCK = SystemClock()
WORKSPACES = "workspaces"
"""Folder of the students' files in the data directory; the launcher knows it too."""


@dataclass(frozen=True)
class Ground:
    """What programs run on: sandboxes, the students' Python in words, and how many runs there is room for."""

    sandboxes: Sandboxes
    python: str
    protected: bool = True
    caps: Caps = field(default_factory=Caps)
    having: Having = nowhere
    """Tells which environments have a module that a program missed."""


@dataclass(frozen=True)
class Running:
    """An open server: what the edge needs, and what set-up needs."""

    services: Services
    administration: Administration


class _Journal:
    """The durable journal, which also tells the trees when runs begin and end."""

    def __init__(self, store: RunStore, trees: Trees) -> None:
        self._store = store
        self._trees = trees
        self._open: dict[RunId, WorkspaceId] = {}

    async def opened(self, record: RunRecord) -> None:
        await self._store.opened(record)
        self._open[record.run] = record.workspace
        self._trees.run_began(record.workspace)

    async def closed(self, run: RunId, outcome: Outcome, at: datetime) -> None:
        await self._store.closed(run, outcome, at)
        workspace = self._open.pop(run, None)
        if workspace is not None:
            await self._trees.run_ended(workspace)

    async def sweep_lost(self, at: datetime) -> int:
        return await self._store.sweep_lost(at)


def _slots(store: RunStore, *, embedded: bool) -> Slots:
    """Return where slots are kept: an embedded database has one server, so memory will do, and no Run waits for a disk."""
    return LocalSlots() if embedded else store


class _NobodyWatches:
    """What a command of its own process has for open pages: nothing."""

    def ended(self, logins: frozenset[LoginId]) -> None: ...

    def tree_changed(
        self, workspace: WorkspaceId, upserted: tuple[FileEntry, ...], removed: tuple[WorkspacePath, ...]
    ) -> None: ...

    def document_changed(
        self, workspace: WorkspaceId, path: WorkspacePath, revision: Revision, client: ClientId | None
    ) -> None: ...


def _identity(settings: Settings, transactions: Transactions, clock: Clock, revocations: Revocations) -> Identity:
    guard = SignInGuard(MemoryThrottle(RATE_RULES, clock))
    policy = IdentityPolicy(only=LOCAL_USER if settings.single_user else None)
    return Identity(transactions, Argon2Passwords(), guard, clock, revocations, policy=policy)


def _bin_and_uploads(
    settings: Settings, transactions: Transactions, files: LocalWorkspaceFiles, trees: Trees, clock: Clock
) -> tuple[Bin, Uploads]:
    bin_ = Bin(transactions, files, trees, clock)
    return bin_, Uploads(transactions, files, trees, bin_, clock, rules=settings.uploads)


@asynccontextmanager
async def open_administration(settings: Settings) -> AsyncGenerator[Administration, None]:
    """Open database and files for a command that sets something up; a server may be running meanwhile."""
    clock, nobody = SystemClock(), _NobodyWatches()
    async with (
        open_database(settings.database or sqlite_url(settings.data)) as engine,
        open_workspace_files(settings.data / WORKSPACES) as files,
    ):
        transactions = Transactions(engine)
        identity = _identity(settings, transactions, clock, nobody)
        trees = Trees(files, nobody, clock)
        workspaces = Workspaces(transactions, WorkspaceAccess(transactions), files, trees, clock)
        yield Administration(identity, Courses(transactions, clock), workspaces, files)


@asynccontextmanager
async def open_server(
    settings: Settings,
    ground: Ground,
    origins: Origins,
    clock: Clock = SYSTEM_CLOCK,
) -> AsyncGenerator[Running, None]:
    """Open database, files, services and the node of runs; leaving ends all runs and closes everything."""
    async with AsyncExitStack() as stack:
        bus, connections = LocalBus(), Connections()
        engine = await stack.enter_async_context(open_database(settings.database or sqlite_url(settings.data)))
        files = await stack.enter_async_context(open_workspace_files(settings.data / WORKSPACES))
        tasks = await stack.enter_async_context(create_task_group())
        stack.callback(tasks.cancel_scope.cancel)
        transactions = Transactions(engine)
        identity = _identity(settings, transactions, clock, ClosingRevocations(connections))
        access = WorkspaceAccess(transactions)
        streams = TreeStreams(clock, tasks)
        trees = Trees(files, streams, clock)
        workspaces = Workspaces(transactions, access, files, trees, clock)
        bin_, uploads = _bin_and_uploads(settings, transactions, files, trees, clock)
        documents = Documents(files, workspaces, trees, streams)
        trees.tell_of_files(documents)
        store = RunStore(transactions, NODE, 1)
        journal = _Journal(store, trees)
        await journal.sweep_lost(clock.now())

        def held_files(request: RunRequest) -> AbstractAsyncContextManager[None]:
            wanted = {WorkspacePath.parse(path): Revision(name) for path, name in request.revisions.items()}
            return documents.holding(request.workspace, wanted)

        await stack.enter_async_context(
            running_node(
                bus,
                NODE,
                World(
                    clock,
                    ground.sandboxes,
                    _slots(store, embedded=engine.dialect.name == "sqlite"),
                    journal,
                    held_files,
                    ground.caps,
                    environments_having=ground.having,
                ),
            )
        )
        runs = RunService(bus, clock, NODE, access.rights_of)

        def present(user: UserId, client: ClientId) -> AbstractAsyncContextManager[None]:
            return runs.present(Who(user, client))

        dispatch = Dispatch(
            access,
            workspaces,
            FileCommands(access, workspaces, documents, bin_),
            trees,
            streams,
            runs,
            clock,
            ground.python,
            ground.protected,
        )
        node = Node(connections, Ledger(tasks), dispatch.handle, present)
        tasks.start_soon(trees.follow)
        tasks.start_soon(watch_logins, connections, identity.still_valid, clock)
        for sweep in (identity.sweep, bin_.sweep, uploads.sweep):
            tasks.start_soon(rounds, sweep, SWEEP_PERIOD, clock)
        yield Running(
            Services(identity, access, workspaces, uploads, runs, node, origins, ground.sandboxes),
            Administration(identity, Courses(transactions, clock), workspaces, files),
        )
