"""The SQL of documents: who writes, what was written, and what the file may hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pythonide.domain.ids import ClientId, DocumentId, UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.features.documents.model import Fence, Update, decode_fence, encode_fence
from pythonide.persistence.tables import DocumentRow, DocumentUpdateRow, DocumentWriterRow


@dataclass(frozen=True)
class StoredDocument:
    """A document on record."""

    number: int
    id: DocumentId
    workspace: WorkspaceId
    path: WorkspacePath | None
    fence: Fence


@dataclass(frozen=True)
class StoredWriter:
    """Who writes, and the last row of theirs; `user` is `None` for the file itself."""

    number: int
    client: ClientId
    user: UserId | None
    seq: int


_ADD = insert(DocumentUpdateRow)
_ADMIT = insert(DocumentWriterRow)
_FENCE = (
    update(DocumentRow)
    .where(DocumentRow.number == bindparam("its_number"))
    .values(fence=bindparam("its_fence"), settled=bindparam("its_settled"))
)
_COLUMNS = (DocumentRow.number, DocumentRow.id, DocumentRow.workspace_id, DocumentRow.path, DocumentRow.fence)
_BELOW = 10_000
"""How many documents are moved at once at most; a tree has fewer entries."""


class DocumentStore:
    """Documents, on a connection that belongs to a unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(self, document: DocumentId, workspace: WorkspaceId, path: WorkspacePath, fence: Fence) -> int:
        """Record a document without rows and return its number."""
        row = insert(DocumentRow).values(
            id=document, workspace_id=workspace, path=path.text, fence=encode_fence(fence).decode(), settled=0
        )
        return (await self._connection.execute(row.returning(DocumentRow.number))).scalar_one()

    async def at(self, workspace: WorkspaceId, path: WorkspacePath) -> StoredDocument | None:
        """Return the document of this path."""
        return await self._one(DocumentRow.workspace_id == workspace, DocumentRow.path == path.text)

    async def one(self, document: DocumentId) -> StoredDocument | None:
        """Return a document by its id."""
        return await self._one(DocumentRow.id == document)

    async def unsettled(self) -> list[DocumentId]:
        """Return the documents whose last rows may not be in the file."""
        end = (
            select(func.max(DocumentUpdateRow.lsn))
            .where(DocumentUpdateRow.document == DocumentRow.number)
            .scalar_subquery()
        )
        found = await self._connection.scalars(
            select(DocumentRow.id).where(DocumentRow.settled < end, DocumentRow.path.is_not(None))
        )
        return [DocumentId(one) for one in found]

    async def below(self, workspace: WorkspaceId, path: WorkspacePath) -> list[tuple[DocumentId, WorkspacePath]]:
        """Return the documents at a path and beneath it."""
        here = or_(DocumentRow.path == path.text, DocumentRow.path.startswith(path.text + "/", autoescape=True))
        found = await self._connection.execute(
            select(DocumentRow.id, DocumentRow.path).where(DocumentRow.workspace_id == workspace, here).limit(_BELOW)
        )
        return [(DocumentId(row.id), WorkspacePath(row.path)) for row in found if row.path is not None]

    async def place(self, document: DocumentId, path: WorkspacePath | None) -> None:
        """Record where the document is now; `None`: another file took its place."""
        await self._connection.execute(
            update(DocumentRow).where(DocumentRow.id == document).values(path=path.text if path else None)
        )

    async def writers(self, number: int) -> list[StoredWriter]:
        """Return everybody who may have written, with the number of their last row."""
        last = (
            select(DocumentUpdateRow.writer, func.max(DocumentUpdateRow.seq).label("seq"))
            .where(DocumentUpdateRow.document == number)
            .group_by(DocumentUpdateRow.writer)
            .subquery()
        )
        found = await self._connection.execute(
            select(DocumentWriterRow.number, DocumentWriterRow.client, DocumentWriterRow.user_id, last.c.seq)
            .join(last, last.c.writer == DocumentWriterRow.number, isouter=True)
            .where(DocumentWriterRow.document == number)
        )
        return [
            StoredWriter(row.number, ClientId(row.client), UserId(row.user_id) if row.user_id else None, row.seq or 0)
            for row in found
        ]

    async def end(self, number: int) -> int:
        """Return the number of the last row."""
        found = select(func.max(DocumentUpdateRow.lsn)).where(DocumentUpdateRow.document == number)
        return await self._connection.scalar(found) or 0

    async def admit(self, writers: Iterable[tuple[int, StoredWriter]]) -> None:
        """Record new writers, each with the number of its document."""
        rows = [
            {"document": number, "number": writer.number, "client": writer.client, "user_id": writer.user}
            for number, writer in writers
        ]
        if rows:
            await self._connection.execute(_ADMIT, rows)

    async def add(self, updates: Iterable[tuple[int, Update]], at: int) -> None:
        """Append rows, each with the number of its document; a number that is taken is an error."""
        rows = [
            {
                "document": number,
                "lsn": update.lsn,
                "writer": update.writer,
                "seq": update.seq,
                "at": at,
                "payload": update.payload,
                "quarantined": False,
            }
            for number, update in updates
        ]
        if rows:
            await self._connection.execute(_ADD, rows)

    async def set_fence(self, number: int, fence: Fence) -> None:
        """Record what the file may hold."""
        await self._connection.execute(
            _FENCE,
            {
                "its_number": number,
                "its_fence": encode_fence(fence).decode(),
                "its_settled": fence[0].upto + len(fence[0].extra),
            },
        )

    async def updates(self, number: int, after: int, upto: int) -> list[Update]:
        """Return rows in order; quarantined ones are empty."""
        rows = DocumentUpdateRow
        found = await self._connection.execute(
            select(rows.lsn, rows.writer, rows.seq, rows.payload, rows.quarantined)
            .where(rows.document == number, rows.lsn > after, rows.lsn <= upto)
            .order_by(rows.lsn)
        )
        return [Update(row.lsn, row.writer, row.seq, b"" if row.quarantined else bytes(row.payload)) for row in found]

    async def lsn_of(self, number: int, writer: int, seq: int) -> int:
        """Return where a row that was sent again lies."""
        rows = DocumentUpdateRow
        found = select(rows.lsn).where(rows.document == number, rows.writer == writer, rows.seq == seq)
        return await self._connection.scalar(found) or 0

    async def quarantine(self, number: int, lsns: Sequence[int]) -> None:
        """Have these rows count for nothing from now on; they stay on record."""
        rows = DocumentUpdateRow
        await self._connection.execute(
            update(rows).where(rows.document == number, rows.lsn.in_(lsns)).values(quarantined=True)
        )

    async def _one(self, *where: ColumnElement[bool]) -> StoredDocument | None:
        row = (await self._connection.execute(select(*_COLUMNS).where(*where))).one_or_none()
        if row is None:
            return None
        path = WorkspacePath(row.path) if row.path is not None else None
        workspace = WorkspaceId(row.workspace_id)
        return StoredDocument(row.number, DocumentId(row.id), workspace, path, decode_fence(row.fence))
