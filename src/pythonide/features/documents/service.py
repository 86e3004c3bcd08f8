"""Texts open in the editor: opened from their log, appended to by pages, and kept in step with their files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

import anyio
import structlog
from typing_extensions import override

from pythonide.domain.errors import DomainError, NotFoundError
from pythonide.domain.ids import ClientId, DocumentId, Revision, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.features.documents.allowance import Allowance
from pythonide.features.documents.log import GONE, DocumentLog, Open
from pythonide.features.documents.materialiser import Materialiser
from pythonide.features.documents.model import Base, Document, Shape, Update, decode, encode, revision_of
from pythonide.features.workspaces.access import ReadGrant, WriteGrant
from pythonide.features.workspaces.service import Workspaces
from pythonide.features.workspaces.trees import FileListener
from pythonide.ports import Clock, Merger, WorkspaceFiles
from pythonide.protocol.base import MAX_TEXT_BYTES

PART_BYTES = 256 * 1024
"""How much of a log is handed out at once."""

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Part:
    """Some rows of a log in order, and how many rows it has by now."""

    updates: list[Update]
    end: int


class Documents(FileListener):
    """The use cases of texts. Every call takes a grant, or decides rights anew."""

    def __init__(
        self,
        log: DocumentLog,
        materialiser: Materialiser,
        files: WorkspaceFiles,
        workspaces: Workspaces,
        merger: Merger,
        *,
        clock: Clock,
    ) -> None:
        self._log = log
        self._workspaces = workspaces
        self._materialiser = materialiser
        self._files = files
        self._merger = merger
        self._clock = clock
        self._allowance = Allowance()
        self._births: WeakValueDictionary[tuple[WorkspaceId, WorkspacePath], anyio.Lock] = WeakValueDictionary()

    async def open(self, grant: ReadGrant, path: WorkspacePath, known: DocumentId | None = None) -> Open:
        """Return the document of a text file, begun if it never was open; raises `NotFoundError` or `NotTextError`.

        A page that comes back names the document it `known`s: it gets that one wherever it is, also if its file is gone.
        """
        if known is not None:
            document = await self.of(grant, known)
            await self._settle_if_there(document)
            return document
        document = await self._log.at(grant.workspace, path) or await self._begin(grant.workspace, path)
        await self._materialiser.settle(document)
        return document

    async def of(self, grant: ReadGrant, document: DocumentId) -> Open:
        """Return a document of this workspace by its id."""
        found = await self._log.get(document)
        if found.workspace != grant.workspace:
            raise NotFoundError(GONE)
        return found

    async def append(
        self, grant: WriteGrant, document: DocumentId, writer: ClientId, seq: int, updates: Sequence[bytes]
    ) -> int:
        """Append what a tab made and return where the last row lies, once it is on disk; see `DocumentLog.append`."""
        found = await self.of(grant, document)
        self._allowance.take(grant.who, sum(map(len, updates)), self._clock.monotonic())
        lsn = await self._log.append(found, writer, grant.who, seq, updates)
        self._materialiser.touch(found)
        return lsn

    async def part(self, document: Open, after: int) -> Part:
        """Return the rows after `after`, as many as go into one part; at least one if there are any."""
        rows, size = list[Update](), 0
        for row in await self._log.updates(document, after):
            size += len(row.payload)
            if rows and size > PART_BYTES:
                break
            rows.append(row)
        return Part(rows, document.end)

    async def check_seen(self, grant: ReadGrant, seen: Mapping[WorkspacePath, int]) -> None:
        """Raise `ConflictError` naming the first text that has more rows than the student has seen."""
        await self._materialiser.check_seen(grant.workspace, seen)

    async def load(self, grant: ReadGrant, path: WorkspacePath) -> Document:
        """Return the text as a file; raises `NotFoundError` or `NotTextError`."""
        await self._materialiser.settle_at(grant.workspace, path)
        return decode(path, await self._read(grant.workspace, path))

    async def create(self, grant: WriteGrant, path: WorkspacePath, text: str) -> Revision:
        """Make a text file that is not there yet."""
        data = encode(text, Shape())
        await self._workspaces.create(grant, path, data)
        document = await self._log.at(grant.workspace, path)
        if document is not None:  # one whose file had gone: pages may still have it open
            await self._settle_if_there(document)
        return revision_of(data)

    @override
    async def files_changed(self, workspace: WorkspaceId, paths: tuple[WorkspacePath, ...]) -> None:
        """Take in what a program wrote; files that nobody has open are looked at when they are opened."""
        for path in paths:
            document = self._log.loaded_at(workspace, path)
            if document is not None:  # not now: a scan waits for this, and a file has to stay as it is for a moment
                self._materialiser.look_at(document)

    async def _begin(self, workspace: WorkspaceId, path: WorkspacePath) -> Open:
        async with self._births.setdefault((workspace, path), anyio.Lock()):
            begun = await self._log.at(workspace, path)
            if begun is not None:
                return begun
            found = decode(path, await self._read(workspace, path))
            base = Base(1, (), found.revision, self._clock.now().timestamp(), found.shape)
            return await self._log.begin(workspace, path, base, await self._merger.begin(found.text))

    async def _settle_if_there(self, document: Open) -> None:
        try:
            await self._materialiser.settle(document)
        except DomainError as error:
            _log.info("not_settled", document=document.id, reason=error.message)

    async def _read(self, workspace: WorkspaceId, path: WorkspacePath) -> bytes:
        return await self._files.read(workspace, path, limit=MAX_TEXT_BYTES)
