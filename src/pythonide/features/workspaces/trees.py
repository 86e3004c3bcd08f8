"""What each watched tree looked like last: the source of `tree_changed`, after own acts and while programs run.

inotify is no way to follow students' files: its watches are a scarce global resource that a program can exhaust.
A tree is scanned after every act of ours, after every run, and each second while a run of it is live and somebody looks.
"""

from collections import Counter
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from weakref import WeakValueDictionary

import anyio

from pythonide.domain.ids import WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.features.workspaces.model import MAX_LISTED, Tree, WorkspaceEvents, difference
from pythonide.ports import Clock, FileEntry, WorkspaceFiles

SCAN_EVERY = 1.0
"""Seconds between scans while a run is live."""
SCAN_REST = 20
"""After a scan of a large tree so many times its length passes until the next: it takes a twentieth of a processor at most."""


class FileListener:
    """Hears which files a scan found changed; the documents service is one."""

    async def files_changed(self, workspace: WorkspaceId, paths: tuple[WorkspacePath, ...]) -> None:
        """Look at the files anew."""
        raise NotImplementedError


class Trees:
    """The last known trees; owned by one event loop."""

    def __init__(self, files: WorkspaceFiles, events: WorkspaceEvents, clock: Clock) -> None:
        self._files = files
        self._events = events
        self._clock = clock
        self._known: dict[WorkspaceId, dict[WorkspacePath, FileEntry]] = {}
        self._due: dict[WorkspaceId, float] = {}
        self._watchers: Counter[WorkspaceId] = Counter()
        self._runs: Counter[WorkspaceId] = Counter()
        self._locks: WeakValueDictionary[WorkspaceId, anyio.Lock] = WeakValueDictionary()
        self._listener: FileListener | None = None

    def tell_of_files(self, listener: FileListener) -> None:
        """Have `listener` hear of changed files; composition calls this once."""
        self._listener = listener

    @contextmanager
    def watching(self, workspace: WorkspaceId) -> Generator[None, None, None]:
        """Keep the tree followed while somebody looks at it."""
        self._watchers[workspace] += 1
        try:
            yield
        finally:
            self._watchers[workspace] -= 1
            if self._watchers[workspace] == 0:
                del self._watchers[workspace]
                self._known.pop(workspace, None)
                self._due.pop(workspace, None)

    def run_began(self, workspace: WorkspaceId) -> None:
        """Scan each second from now on, while somebody looks."""
        self._runs[workspace] += 1

    async def run_ended(self, workspace: WorkspaceId) -> None:
        """Scan once more; the last run's end stops the scans."""
        self._runs[workspace] -= 1
        if self._runs[workspace] <= 0:
            del self._runs[workspace]
        await self.scan(workspace)

    async def entries(self, workspace: WorkspaceId) -> list[FileEntry]:
        """Return the tree as it was last seen, or look at it if nobody watches: good for advice, not for promises."""
        known = self._known.get(workspace)
        return list(known.values()) if known is not None else (await self._look(workspace))[0]

    async def scan(self, workspace: WorkspaceId) -> Tree:
        """Look at the tree and tell of what changed since the last look.

        Nothing is awaited between the events and the return: a number read right after it belongs to this tree.
        """
        async with self._lock(workspace):
            began = self._clock.monotonic()
            entries, truncated = await self._look(workspace)
            ended = self._clock.monotonic()
            await self._tell(workspace, self._known.get(workspace), {entry.path: entry for entry in entries})
            if workspace in self._watchers:
                self._due[workspace] = ended + max(SCAN_EVERY, SCAN_REST * (ended - began))
            return Tree(tuple(entries), truncated)

    async def note(self, workspace: WorkspaceId, paths: Iterable[WorkspacePath]) -> None:
        """Look at these paths only, and tell of what changed there: a tree that grows by thousands is not scanned each time."""
        async with self._lock(workspace):
            known = self._known.get(workspace)
            if known is None or len(known) >= MAX_LISTED:
                return
            now = dict(known)
            for path in paths:
                entry = await self._files.entry(workspace, path)
                if entry is None:
                    now.pop(path, None)
                else:
                    now[path] = entry
            await self._tell(workspace, known, now)

    async def follow(self) -> None:
        """Scan while runs are live; runs as one task of the application until cancelled."""
        while True:
            await self._clock.sleep_until(self._clock.monotonic() + SCAN_EVERY)
            now = self._clock.monotonic()
            for workspace in [one for one in self._runs if one in self._watchers and self._due.get(one, 0) <= now]:
                await self.scan(workspace)

    def _lock(self, workspace: WorkspaceId) -> anyio.Lock:
        return self._locks.setdefault(workspace, anyio.Lock())

    async def _look(self, workspace: WorkspaceId) -> tuple[list[FileEntry], bool]:
        found = await self._files.entries(workspace, limit=MAX_LISTED + 1)
        return found[:MAX_LISTED], len(found) > MAX_LISTED

    async def _tell(
        self,
        workspace: WorkspaceId,
        before: dict[WorkspacePath, FileEntry] | None,
        now: dict[WorkspacePath, FileEntry],
    ) -> None:
        if before is not None:
            upserted, removed = difference(before, now)
            changed = tuple(entry.path for entry in upserted if not entry.folder)
            if changed and self._listener is not None:
                await self._listener.files_changed(workspace, changed)
            if upserted or removed:
                self._events.tree_changed(workspace, upserted, removed)
        if workspace in self._watchers:
            self._known[workspace] = now
