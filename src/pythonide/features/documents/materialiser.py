"""Keeps a file what the log of its document says, and takes into the log what a program wrote into the file."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import structlog
from anyio import CapacityLimiter, create_task_group

from pythonide.domain.errors import (
    ConflictError,
    DomainError,
    InvalidNameError,
    NotFoundError,
    NotTextError,
    TooLargeError,
    UnavailableError,
)
from pythonide.domain.ids import Revision, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.features.documents.log import DocumentLog, Open
from pythonide.features.documents.model import Base, Update, decode, encode, fence_with, revision_of
from pythonide.ports import Clock, Merger, State, WorkspaceFiles
from pythonide.protocol.base import MAX_TEXT_BYTES

SETTLE_AFTER = 1.0
"""Seconds from a row to the file; Run and downloads do not wait for it."""
RETRY_AFTER = 5.0
STABLE_SECONDS = 0.08
"""A file that a program opens for writing is empty for a moment: it counts once it stays the same for so long."""
STABLE_TRIES = 12
ROUNDS = 8
"""How often a file may change under the hand before one gives up for now."""
AT_ONCE = 4

_log = structlog.stdlib.get_logger(__name__)


@dataclass
class _Known:
    """What is known beyond the fence: how far the merger has read, and what the file held when it was last looked at."""

    rendered: int = 0
    revision: Revision | None = None


class Materialiser:
    """The one who reads and writes files of documents on this node; each under its document's lock."""

    def __init__(self, log: DocumentLog, files: WorkspaceFiles, merger: Merger, clock: Clock) -> None:
        self._log = log
        self._files = files
        self._merger = merger
        self._clock = clock
        self._due: dict[Open, float] = {}
        self._known: WeakKeyDictionary[Open, _Known] = WeakKeyDictionary()
        self._limit = CapacityLimiter(AT_ONCE)

    def touch(self, document: Open) -> None:
        """Have the file written soon: its log grew."""
        self._due.setdefault(document, self._clock.monotonic() + SETTLE_AFTER)

    def look_at(self, document: Open) -> None:
        """Have the file looked at in the next sweep: a program may have written it."""
        self._due[document] = self._clock.monotonic()

    async def sweep(self) -> None:
        """Settle what is due; the application calls this several times a second."""
        now = self._clock.monotonic()
        async with create_task_group() as group:
            for document in [one for one, due in self._due.items() if due <= now]:
                group.start_soon(self._settle_later, document)

    async def catch_up(self) -> None:
        """Have files written that an earlier life of this server was about to write."""
        for document in await self._log.unsettled():
            self.touch(await self._log.get(document))

    async def settle(self, document: Open) -> None:
        """Bring file and log together now. Raises `NotFoundError` or `NotTextError` if there is no text to bring together."""
        async with document.lock:
            await self.settle_held(document)

    async def settle_held(self, document: Open) -> None:
        """Likewise, for who holds the document's lock."""
        self._due.pop(document, None)
        settled = False
        try:
            for _ in range(ROUNDS):
                if await self._step(document):
                    settled = True
                    return
        except (NotFoundError, NotTextError, InvalidNameError, TooLargeError):
            settled = True  # there is nothing to write to, until the file is back
            raise
        finally:
            if not settled:
                self._due.setdefault(document, self._clock.monotonic() + RETRY_AFTER)
        raise UnavailableError("A program keeps changing this file.", path=str(document.path))

    @asynccontextmanager
    async def holding(self, workspace: WorkspaceId, seen: Mapping[WorkspacePath, int]) -> AsyncGenerator[None, None]:
        """Write all that was typed in a workspace, and keep it so while a run starts.

        `seen` says up to which row each text was seen; raises `ConflictError` naming the first that has more.
        """
        touched = {one for one in self._due if one.workspace == workspace}
        known = {one for path in seen if (one := await self._log.at(workspace, path)) is not None}
        async with self._held(touched | known):
            for document in touched - known:
                await self._settle_if_possible(document)
            for document in known:
                await self.settle_held(document)
            await self.check_seen(workspace, seen)
            yield

    async def check_seen(self, workspace: WorkspaceId, seen: Mapping[WorkspacePath, int]) -> None:
        """Raise `ConflictError` naming the first text that has more rows than were seen."""
        for path, lsn in seen.items():
            document = await self._log.at(workspace, path)
            if document is None or document.end > lsn:
                raise ConflictError(f"“{path.name}” was changed elsewhere; look at it first.", path=path.text)

    @asynccontextmanager
    async def holding_below(
        self, workspace: WorkspaceId, path: WorkspacePath
    ) -> AsyncGenerator[list[tuple[Open, WorkspacePath]], None]:
        """Write what is at a path and beneath it, and keep it so while it is moved or removed."""
        found = await self._log.below(workspace, path)
        async with self._held(document for document, _ in found):
            for document, _ in found:
                if document in self._due:
                    await self._settle_if_possible(document)
            yield found

    async def settle_at(self, workspace: WorkspaceId, path: WorkspacePath) -> None:
        """Write a file that is about to be read, if something typed is not yet in it."""
        for document in [one for one in self._due if (one.workspace, one.path) == (workspace, path)]:
            async with document.lock:
                await self._settle_if_possible(document)

    @asynccontextmanager
    async def _held(self, documents: Iterable[Open]) -> AsyncGenerator[None, None]:
        async with AsyncExitStack() as stack:
            for document in sorted(documents, key=lambda one: one.number):
                await stack.enter_async_context(document.lock)
            yield

    async def _settle_later(self, document: Open) -> None:
        async with self._limit, document.lock:
            await self._settle_if_possible(document)

    async def _settle_if_possible(self, document: Open) -> None:
        try:
            await self.settle_held(document)
        except DomainError as error:
            _log.info("not_settled", document=document.id, reason=error.message)

    async def _step(self, document: Open) -> bool:
        """Do one thing that brings file and log nearer; tell whether nothing is left to do."""
        path = document.path
        if path is None:
            raise NotFoundError("This file does not exist (any more).")
        data = await self._read(document.workspace, path)
        base = self._base_of(document, revision_of(data))
        if base is None:
            await self._take_in(document, path, data)
            return False
        if base.covers(document.end):
            self._of(document).revision = Revision(base.revision)
            return True
        await self._write(document, path, base)
        return True

    def _base_of(self, document: Open, revision: Revision) -> Base | None:
        """Return the state that the file has, unless somebody else wrote it."""
        known = self._of(document).revision
        expected = document.fence[:1] if known == document.fence[0].revision else document.fence[:2]
        if known is not None and known != revision:
            return None
        return next((base for base in expected if base.revision == revision), None)

    async def _write(self, document: Open, path: WorkspacePath, base: Base) -> None:
        end = document.end
        data = encode(await self._render(document, end), base.shape)
        found = Base(end, (), revision_of(data), self._clock.now().timestamp(), base.shape)
        known = document.fence[document.fence.index(base) :]  # without what was to be written and never was
        await self._log.note(document, fence_with(found, known))
        if found.revision != base.revision:
            await self._files.write(document.workspace, path, data)
        self._of(document).revision = Revision(found.revision)

    async def _take_in(self, document: Open, path: WorkspacePath, data: bytes) -> None:
        """Make what a program wrote a change of the document: against the state that it most likely read."""
        found = decode(path, await self._stable(document.workspace, path, data))
        rows = await self._log.updates(document, 0)
        states = [State(base.upto, tuple(lsn - 1 for lsn in base.extra)) for base in document.fence]
        merged = await self._merger.merge([row.payload for row in rows], states, found.text)
        extra = tuple(place + 1 for place in merged.base.extra)
        base = Base(merged.base.count, extra, found.revision, self._clock.now().timestamp(), found.shape)
        if merged.update is None:
            await self._log.note(document, fence_with(base, document.fence))
        else:
            await self._log.append_found(document, merged.update, base)
        self._of(document).revision = found.revision

    async def _stable(self, workspace: WorkspaceId, path: WorkspacePath, data: bytes) -> bytes:
        """Return the file's content once it stays the same for a moment."""
        for _ in range(STABLE_TRIES):
            await self._clock.sleep_until(self._clock.monotonic() + STABLE_SECONDS)
            again = await self._read(workspace, path)
            if again == data:
                return data
            data = again
        return data

    async def _render(self, document: Open, end: int) -> str:
        known = self._of(document)
        for after in (known.rendered, 0):
            rows = await self._log.updates(document, after, end)
            rendered = await self._merger.render(document.id, after, [row.payload for row in rows])
            if rendered is not None:
                known.rendered = end
                await self._quarantine(document, [rows[place] for place in rendered.unreadable])
                return rendered.text
        raise UnavailableError("This text cannot be put together just now.")

    async def _quarantine(self, document: Open, rows: list[Update]) -> None:
        if rows:
            _log.warning("unreadable_updates", document=document.id, lsns=[row.lsn for row in rows])
            await self._log.quarantine(document, [row.lsn for row in rows])

    async def _read(self, workspace: WorkspaceId, path: WorkspacePath) -> bytes:
        return await self._files.read(workspace, path, limit=MAX_TEXT_BYTES)

    def _of(self, document: Open) -> _Known:
        return self._known.setdefault(document, _Known())
