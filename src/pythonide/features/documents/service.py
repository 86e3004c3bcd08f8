"""Loading and saving text: a save names the revision it builds on, and what is refused is kept beside."""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

import anyio

from pythonide.domain.errors import (
    AlreadyExistsError,
    ConflictError,
    InvalidNameError,
    LimitReachedError,
    NotFoundError,
    NotTextError,
    TooLargeError,
)
from pythonide.domain.ids import ClientId, Revision, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.features.documents.model import (
    OTHER_VERSIONS,
    Document,
    Shape,
    decode,
    encode,
    other_version,
    revision_of,
)
from pythonide.features.workspaces.access import ReadGrant, WriteGrant
from pythonide.features.workspaces.model import WorkspaceEvents
from pythonide.features.workspaces.service import Workspaces
from pythonide.features.workspaces.trees import FileListener, Trees
from pythonide.ports import WorkspaceFiles
from pythonide.protocol.base import MAX_TEXT_BYTES

REMEMBERED = 10_000
"""Files whose revision is known, so that a change by a program is noticed; the longest unused is forgotten."""

Key = tuple[WorkspaceId, WorkspacePath]


class Documents(FileListener):
    """The one owner of texts on this node: all saves of a file go through its lock."""

    def __init__(self, files: WorkspaceFiles, workspaces: Workspaces, trees: Trees, events: WorkspaceEvents) -> None:
        self._files = files
        self._workspaces = workspaces
        self._trees = trees
        self._events = events
        self._locks: WeakValueDictionary[Key, anyio.Lock] = WeakValueDictionary()
        self._revisions: OrderedDict[Key, Revision] = OrderedDict()
        self._kept: OrderedDict[tuple[Key, ClientId], tuple[WorkspacePath, Revision]] = OrderedDict()

    async def load(self, grant: ReadGrant, path: WorkspacePath) -> Document:
        """Return the text; raises `NotFoundError` or `NotTextError`."""
        document = decode(path, await self._read(grant.workspace, path))
        self._remember((grant.workspace, path), document.revision)
        return document

    async def create(self, grant: WriteGrant, path: WorkspacePath, text: str) -> Revision:
        """Make a text file that is not there yet."""
        data = encode(text, Shape())
        await self._workspaces.create(grant, path, data)
        self._remember((grant.workspace, path), revision_of(data))
        return revision_of(data)

    async def save(
        self, grant: WriteGrant, path: WorkspacePath, base: Revision, text: str, client: ClientId
    ) -> Revision:
        """Replace revision `base` and return the new revision, which is then on disk.

        If the file is another one by now, raise `ConflictError` with `currentRevision` and `currentText` (null if it is gone or no text) and `keptAs`, the path of the copy in which the refused text lies.
        """
        try:
            async with self._lock((grant.workspace, path)):
                return await self._save(grant, path, base, text, client)
        finally:
            # Not under the file's lock: a scan takes locks of files while it holds the tree's.
            await self._trees.scan(grant.workspace)

    @asynccontextmanager
    async def holding(
        self, workspace: WorkspaceId, revisions: Mapping[WorkspacePath, Revision]
    ) -> AsyncGenerator[None, None]:
        """Keep these files as they are while a run starts; raises `ConflictError` naming the first that is another revision."""
        async with AsyncExitStack() as stack:
            for path in sorted(revisions):
                await stack.enter_async_context(self._lock((workspace, path)))
            for path, wanted in revisions.items():
                found = await self._revision(workspace, path)
                if found != wanted:
                    raise ConflictError(
                        f"“{path.name}” was changed elsewhere; load it again before running.",
                        path=path.text,
                        currentRevision=found,
                    )
            yield

    async def files_changed(self, workspace: WorkspaceId, paths: tuple[WorkspacePath, ...]) -> None:
        """Tell of texts that a program wrote; only files that somebody loaded are looked at."""
        for path in paths:
            key = (workspace, path)
            async with self._lock(key):
                known = self._revisions.get(key)
                found = await self._revision(workspace, path) if known is not None else None
                if found is None or found == known:
                    continue
                self._revisions[key] = found
            self._events.document_changed(workspace, path, found, None)

    async def _save(
        self, grant: WriteGrant, path: WorkspacePath, base: Revision, text: str, client: ClientId
    ) -> Revision:
        key = (grant.workspace, path)
        current = await self._current(grant, path)
        data = encode(text, current.shape if current else Shape())
        revision = revision_of(data)
        if current is not None and current.revision == revision:
            return revision  # also the second try of a save whose answer was lost
        if current is None or current.revision != base:
            raise await self._conflict(grant, path, current, data, client)
        await self._files.write(grant.workspace, path, data)
        self._remember(key, revision)
        self._kept.pop((key, client), None)
        self._events.document_changed(grant.workspace, path, revision, client)
        return revision

    async def _conflict(
        self, grant: WriteGrant, path: WorkspacePath, current: Document | None, refused: bytes, client: ClientId
    ) -> ConflictError:
        kept = await self._keep(grant, path, refused, client)
        return ConflictError(
            "This file was changed elsewhere. Your text is kept beside it.",
            currentRevision=current.revision if current else None,
            currentText=current.text if current else None,
            keptAs=kept.text,
        )

    async def _keep(self, grant: WriteGrant, path: WorkspacePath, refused: bytes, client: ClientId) -> WorkspacePath:
        """Write the refused text beside the file; a tab that goes on typing goes on in the copy it has."""
        owner = ((grant.workspace, path), client)
        if owner in self._kept:
            mine, revision = self._kept[owner]
            if await self._revision(grant.workspace, mine) == revision:
                await self._files.write(grant.workspace, mine, refused)
                self._kept[owner] = (mine, revision_of(refused))
                return mine
        for number in range(1, OTHER_VERSIONS + 1):
            beside = other_version(path, number)
            if await self._claim(grant.workspace, beside, refused):
                self._kept[owner] = (beside, revision_of(refused))
                if len(self._kept) > REMEMBERED:
                    self._kept.popitem(last=False)
                return beside
        raise LimitReachedError("There are too many other versions of this file; delete some first.", path=path.text)

    async def _claim(self, workspace: WorkspaceId, beside: WorkspacePath, refused: bytes) -> bool:
        try:
            await self._files.write(workspace, beside, refused, exclusive=True)
        except AlreadyExistsError:
            return await self._revision(workspace, beside) == revision_of(refused)
        return True

    async def _current(self, grant: WriteGrant, path: WorkspacePath) -> Document | None:
        try:
            return decode(path, await self._read(grant.workspace, path))
        except (NotFoundError, NotTextError, TooLargeError, InvalidNameError):
            return None

    async def _revision(self, workspace: WorkspaceId, path: WorkspacePath) -> Revision | None:
        try:
            return revision_of(await self._read(workspace, path))
        except (NotFoundError, InvalidNameError, TooLargeError):
            return None

    async def _read(self, workspace: WorkspaceId, path: WorkspacePath) -> bytes:
        return await self._files.read(workspace, path, limit=MAX_TEXT_BYTES)

    def _lock(self, key: Key) -> anyio.Lock:
        return self._locks.setdefault(key, anyio.Lock())

    def _remember(self, key: Key, revision: Revision) -> None:
        self._revisions[key] = revision
        self._revisions.move_to_end(key)
        if len(self._revisions) > REMEMBERED:
            self._revisions.popitem(last=False)
