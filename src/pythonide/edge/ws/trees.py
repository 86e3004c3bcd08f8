"""Workspace events: numbered per workspace, the last ones kept, each page at its own pace."""

from collections import Counter, deque
from collections.abc import Callable, Generator
from contextlib import contextmanager

import anyio
from anyio.abc import TaskGroup
from typing_extensions import override

from pythonide.domain.errors import NotFoundError
from pythonide.domain.ids import UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.edge.wire import encode_event
from pythonide.edge.ws.convert import entry_of, milliseconds, snapshot_of
from pythonide.edge.ws.followed import Stream
from pythonide.edge.ws.sender import Sender
from pythonide.execution.commands import RunStanding
from pythonide.features.runs.service import RunService
from pythonide.features.workspaces.access import WorkspaceAccess
from pythonide.features.workspaces.trees import Trees
from pythonide.kit.pulse import Pulse
from pythonide.ports import Clock, FileEntry
from pythonide.protocol.events import AnyEvent, RunOpened, StreamReset, WorkspaceChanged

KEPT = 256
RECHECK = 2.0
"""Seconds after which rights are asked for again before more is sent."""


def tree_stream(workspace: str) -> str:
    """Return the name of a workspace's stream."""
    return f"workspace:{workspace}"


class TreeLog:
    """The last events of one workspace. Numbers start at the time of birth, so that those of an earlier server never fit."""

    def __init__(self, start: int) -> None:
        self.end = start
        self.pulse = Pulse()
        self._events: deque[bytes] = deque(maxlen=KEPT)

    def append(self, make: Callable[[int], AnyEvent]) -> None:
        """Record what happened, as the next number."""
        self.end += 1
        self._events.append(encode_event(make(self.end)))
        self.pulse.beat()

    def covers(self, seq: int) -> bool:
        """Tell whether everything after `seq` is still kept."""
        return self.end - len(self._events) <= seq <= self.end

    def after(self, seq: int) -> list[bytes]:
        """Return the events after `seq`, which must be covered."""
        return list(self._events)[len(self._events) - (self.end - seq) :]


class TreeStreams:
    """Implements `WorkspaceEvents`; also hears of runs, while somebody looks."""

    def __init__(self, clock: Clock, tasks: TaskGroup) -> None:
        self._clock = clock
        self._tasks = tasks
        self._logs: dict[WorkspaceId, TreeLog] = {}
        self._watchers: Counter[WorkspaceId] = Counter()
        self._listening: dict[WorkspaceId, anyio.CancelScope] = {}

    def log(self, workspace: WorkspaceId) -> TreeLog:
        """Return the workspace's events, from now on if there were none."""
        if workspace not in self._logs:
            self._logs[workspace] = TreeLog(milliseconds(self._clock.now()))
        return self._logs[workspace]

    def tree_changed(
        self, workspace: WorkspaceId, upserted: tuple[FileEntry, ...], removed: tuple[WorkspacePath, ...]
    ) -> None:
        """Tell who looks what is new and what is gone."""
        self._tell(
            workspace,
            lambda seq: WorkspaceChanged(
                stream=tree_stream(workspace),
                seq=seq,
                upserted=tuple(entry_of(entry) for entry in upserted),
                removed=tuple(path.text for path in removed),
            ),
        )

    async def run_opened(self, standing: RunStanding) -> None:
        """Tell who looks that a run was admitted."""
        workspace = standing.view.workspace
        run = snapshot_of(standing)
        self._tell(workspace, lambda seq: RunOpened(stream=tree_stream(workspace), seq=seq, run=run))

    @contextmanager
    def watching(self, workspace: WorkspaceId, runs: RunService) -> Generator[TreeLog, None, None]:
        """Hear of the workspace's runs while the block is open."""
        self._watchers[workspace] += 1
        if self._watchers[workspace] == 1:
            scope = anyio.CancelScope()
            self._listening[workspace] = scope
            self._tasks.start_soon(self._listen, workspace, runs, scope)
        try:
            yield self.log(workspace)
        finally:
            self._watchers[workspace] -= 1
            if self._watchers[workspace] == 0:
                del self._watchers[workspace]
                self._listening.pop(workspace).cancel()

    async def _listen(self, workspace: WorkspaceId, runs: RunService, scope: anyio.CancelScope) -> None:
        with scope:
            async with runs.opened(workspace, self.run_opened):
                await anyio.sleep_forever()

    def _tell(self, workspace: WorkspaceId, make: Callable[[int], AnyEvent]) -> None:
        if workspace in self._logs:  # nobody ever looked: nobody can ask for what was missed
            self._logs[workspace].append(make)


class TreeStream(Stream):
    """One workspace on one page."""

    def __init__(
        self, streams: TreeStreams, trees: Trees, runs: RunService, access: WorkspaceAccess, clock: Clock
    ) -> None:
        super().__init__()
        self._streams = streams
        self._trees = trees
        self._runs = runs
        self._access = access
        self._clock = clock
        self._asked_at = clock.monotonic()
        self.started = anyio.Event()
        self.seq = 0
        """Events after this one are sent; set before `told`."""
        self.user = UserId("")
        self.workspace = WorkspaceId("")
        self.sender: Sender | None = None

    @override
    async def pump(self) -> None:
        """Send what happens until the right to see it is gone."""
        with self._trees.watching(self.workspace), self._streams.watching(self.workspace, self._runs) as log:
            self.started.set()
            await self.told.wait()
            while await self._allowed():
                for event in self._next(log):
                    await self._send(event)
                while self.seq == log.end:
                    await log.pulse.wait()
        await self._send(encode_event(StreamReset(stream=tree_stream(self.workspace), seq=0)))

    def _next(self, log: TreeLog) -> list[bytes]:
        missed = not log.covers(self.seq)
        events = (
            [encode_event(StreamReset(stream=tree_stream(self.workspace), seq=log.end))]
            if missed
            else log.after(self.seq)
        )
        self.seq = log.end
        return events

    async def _send(self, event: bytes) -> None:
        if self.sender is not None:
            await self.sender.text(event)

    async def _allowed(self) -> bool:
        if self._clock.monotonic() - self._asked_at < RECHECK:
            return True
        try:
            await self._access.to_read(self.user, self.workspace)
        except NotFoundError:
            return False
        self._asked_at = self._clock.monotonic()
        return True
