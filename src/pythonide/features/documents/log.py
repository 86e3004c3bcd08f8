"""The log of documents: appended in order, acknowledged once it is on disk, never rewritten.

All appends that wait while one transaction is written go into the next one together: sixty students cost few commits.
"""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

import anyio
from msgspec.structs import replace

from pythonide.domain.errors import DomainError, ErrorCode, NotFoundError, UnavailableError
from pythonide.domain.ids import ClientId, DocumentId, UserId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.features.documents.model import FILE, Base, Fence, Update, fence_with
from pythonide.features.documents.store import DocumentStore, StoredDocument, StoredWriter
from pythonide.kit.pulse import Pulse
from pythonide.persistence.transaction import Transactions
from pythonide.ports import Clock

NOBODY = ClientId("0" * 32)
"""The client of what came from the file itself."""
TAIL = 256
"""Rows of each open document kept in memory, so that those who follow need no database."""
REMEMBERED = 2_000
"""Documents kept in memory though nobody has them open."""
GONE = "There is no such document."


class GapError(DomainError):
    """Rows before these are missing; `details["expected"]` is the number to go on from."""

    code = ErrorCode.OUT_OF_ORDER
    retryable = True


@dataclass(eq=False)
class Writer:
    """One who appends; `taken` counts rows that are accepted, written or not."""

    number: int
    client: ClientId
    user: UserId | None
    taken: int = 0
    recorded: bool = True


@dataclass(eq=False)
class Open:
    """A document in memory: how far its log is, who writes, and the last rows. One object per document and node."""

    number: int
    id: DocumentId
    workspace: WorkspaceId
    path: WorkspacePath | None
    fence: Fence
    end: int = 0
    """Rows that are on disk."""
    taken: int = 0
    """Rows that are accepted."""
    writers: dict[ClientId, Writer] = field(default_factory=dict[ClientId, Writer])
    tail: deque[Update] = field(default_factory=lambda: deque[Update](maxlen=TAIL))
    pulse: Pulse = field(default_factory=Pulse)
    lock: anyio.Lock = field(default_factory=anyio.Lock)
    """Held by whoever reads or writes the file."""
    loaded: bool = False
    """False as well after a commit that failed: what is accepted and what is written have to be compared anew."""

    def client_of(self, writer: int) -> ClientId | None:
        """Return the tab that wrote a row, `None` for the file itself."""
        return next((one.client for one in self.writers.values() if one.number == writer and writer != FILE), None)


@dataclass(eq=False)
class _Entry:
    document: Open
    updates: list[Update]
    fence: Fence | None = None
    written: bool | None = None


class DocumentLog:
    """The one writer of all logs of this node."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock
        self._known: WeakValueDictionary[DocumentId, Open] = WeakValueDictionary()
        self._recent: OrderedDict[DocumentId, Open] = OrderedDict()
        self._loading = anyio.Lock()
        self._turn = anyio.Lock()
        self._queue: list[_Entry] = []

    async def get(self, document: DocumentId) -> Open:
        """Return a document, or raise `NotFoundError`."""
        known = self._known.get(document)
        if known is not None and known.loaded:
            return self._remember(known)
        async with self._transactions.read() as connection:
            stored = await DocumentStore(connection).one(document)
        if stored is None:
            raise NotFoundError(GONE)
        return await self._opened(stored)

    async def at(self, workspace: WorkspaceId, path: WorkspacePath) -> Open | None:
        """Return the document of a path, if it was open once."""
        known = self.loaded_at(workspace, path)
        if known is not None and known.loaded:
            return self._remember(known)
        async with self._transactions.glance() as connection:
            stored = await DocumentStore(connection).at(workspace, path)
        return None if stored is None else await self._opened(stored)

    def loaded_at(self, workspace: WorkspaceId, path: WorkspacePath) -> Open | None:
        """Return the document of a path if it is in memory."""
        return next((one for one in self._known.values() if (one.workspace, one.path) == (workspace, path)), None)

    async def unsettled(self) -> list[DocumentId]:
        """Return the documents whose file an earlier life of this server may not have written."""
        async with self._transactions.read() as connection:
            return await DocumentStore(connection).unsettled()

    async def begin(self, workspace: WorkspaceId, path: WorkspacePath, base: Base, update: bytes) -> Open:
        """Begin the document of a file: its text is the first row. The caller lets nobody else begin it meanwhile."""
        document, row = DocumentId(new_id()), Update(1, FILE, 1, update)
        async with self._transactions.begin() as transaction:
            store = DocumentStore(transaction.connection)
            number = await store.begin(document, workspace, path, (base,))
            await store.admit([(number, StoredWriter(FILE, NOBODY, None, 0))])
            await store.add([(number, row)], self._now())
            await store.set_fence(number, (base,))
        return await self._opened(StoredDocument(number, document, workspace, path, (base,)))

    async def append(self, document: Open, client: ClientId, user: UserId, seq: int, updates: Sequence[bytes]) -> int:
        """Append a tab's rows from its `seq`-th on and return where the last one lies, once that is on disk.

        Rows that came before are not appended again. Raises `GapError` if earlier ones are missing.
        """
        await self._compare(document)
        writer = document.writers.get(client)
        if writer is None:
            writer = Writer(len(document.writers), client, user, recorded=False)
        if writer.user != user:
            raise NotFoundError(GONE)
        if seq > writer.taken + 1:
            raise GapError("Earlier changes are missing.", expected=writer.taken + 1)
        document.writers[client] = writer
        last = seq + len(updates) - 1
        fresh = updates[writer.taken + 1 - seq :]
        rows = [
            Update(document.taken + place, writer.number, writer.taken + place, update)
            for place, update in enumerate(fresh, 1)
        ]
        await self._write(_Entry(document, self._take(document, writer, rows)))
        return rows[-1].lsn if rows else await self._lsn_of(document, writer, last)

    async def append_found(self, document: Open, update: bytes, found: Base) -> int:
        """Append what the file has and the log had not, together with the fence that makes it happen once."""
        await self._compare(document)
        writer = document.writers[NOBODY]
        row = Update(document.taken + 1, FILE, writer.taken + 1, update)
        fence = fence_with(replace(found, extra=(*found.extra, row.lsn)), document.fence)
        await self._write(_Entry(document, self._take(document, writer, [row]), fence))
        document.fence = fence
        return row.lsn

    async def note(self, document: Open, fence: Fence) -> None:
        """Record what the file may hold, on disk before the file is written: whatever is found there later is then known."""
        async with self._transactions.begin() as transaction:
            await DocumentStore(transaction.connection).set_fence(document.number, fence)
        document.fence = fence

    async def updates(self, document: Open, after: int, upto: int | None = None) -> list[Update]:
        """Return the rows after `after`, in order."""
        end = document.end if upto is None else min(upto, document.end)
        if document.tail and document.tail[0].lsn <= after + 1:
            return [row for row in document.tail if after < row.lsn <= end]
        if after >= end:
            return []
        async with self._transactions.read() as connection:
            return await DocumentStore(connection).updates(document.number, after, end)

    async def quarantine(self, document: Open, lsns: Sequence[int]) -> None:
        """Have rows that nobody can read count for nothing."""
        async with self._transactions.begin() as transaction:
            await DocumentStore(transaction.connection).quarantine(document.number, lsns)
        document.tail.clear()

    async def below(self, workspace: WorkspaceId, path: WorkspacePath) -> list[tuple[Open, WorkspacePath]]:
        """Return the documents at a path and beneath it."""
        async with self._transactions.read() as connection:
            found = await DocumentStore(connection).below(workspace, path)
        return [(await self.get(document), place) for document, place in sorted(found, key=lambda one: one[1])]

    async def move(self, moves: Sequence[tuple[Open, WorkspacePath]], workspace: WorkspaceId) -> None:
        """Record where documents are now; what was at their new paths before has none any more."""
        displaced = [one for _, path in moves if (one := await self.at(workspace, path)) is not None]
        async with self._transactions.begin() as transaction:
            store = DocumentStore(transaction.connection)
            for document in displaced:
                await store.place(document.id, None)
            for document, path in moves:
                await store.place(document.id, path)
        for document in displaced:
            document.path = None
        for document, path in moves:
            document.path = path

    @staticmethod
    def _take(document: Open, writer: Writer, rows: list[Update]) -> list[Update]:
        writer.taken += len(rows)
        document.taken += len(rows)
        return rows

    async def _write(self, entry: _Entry) -> None:
        """Return once the entry is on disk. Whoever gets the turn writes for all who wait."""
        self._queue.append(entry)
        with anyio.CancelScope(shield=True):
            async with self._turn:
                if entry.written is None:
                    await self._write_queue()
        if not entry.written:
            raise UnavailableError("This cannot be saved just now. It is tried again.")

    async def _write_queue(self) -> None:
        entries, self._queue = self._queue, []
        written = False
        try:
            async with self._transactions.begin() as transaction:
                store = DocumentStore(transaction.connection)
                await store.admit(_new_writers(entries))
                await store.add([(e.document.number, row) for e in entries for row in e.updates], self._now())
                for entry in entries:
                    if entry.fence is not None:
                        await store.set_fence(entry.document.number, entry.fence)
            written = True
        finally:
            self._settle(entries, written=written)

    def _settle(self, entries: list[_Entry], *, written: bool) -> None:
        for entry in entries:
            entry.written = written
            document = entry.document
            if not written:
                document.loaded = False
                continue
            for writer in document.writers.values():
                writer.recorded = writer.recorded or any(row.writer == writer.number for row in entry.updates)
            document.tail.extend(entry.updates)
            document.end += len(entry.updates)
            document.pulse.beat()
        if not written:  # what was accepted on top of them has no ground either
            for entry in self._queue:
                entry.written = False if not entry.document.loaded else None
            self._queue = [entry for entry in self._queue if entry.written is None]

    async def _opened(self, stored: StoredDocument) -> Open:
        async with self._loading:
            document = self._known.get(stored.id)
            if document is None:
                document = Open(stored.number, stored.id, stored.workspace, stored.path, stored.fence)
                self._known[stored.id] = document
            if not document.loaded:
                await self._load(document)
        return self._remember(document)

    async def _compare(self, document: Open) -> None:
        """After a commit that failed, ask the database what it has."""
        if not document.loaded:
            async with self._loading:
                if not document.loaded:
                    await self._load(document)

    async def _load(self, document: Open) -> None:
        async with self._transactions.read() as connection:
            store = DocumentStore(connection)
            end, writers = await store.end(document.number), await store.writers(document.number)
        document.end = document.taken = end
        document.writers = {one.client: Writer(one.number, one.client, one.user, one.seq) for one in writers}
        document.tail.clear()
        document.loaded = True

    async def _lsn_of(self, document: Open, writer: Writer, seq: int) -> int:
        async with self._transactions.read() as connection:
            return await DocumentStore(connection).lsn_of(document.number, writer.number, seq)

    def _remember(self, document: Open) -> Open:
        self._recent[document.id] = document
        self._recent.move_to_end(document.id)
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        return document

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def _new_writers(entries: list[_Entry]) -> list[tuple[int, StoredWriter]]:
    """Return writers whose first rows these are, each once."""
    wanted = {(e.document, row.writer) for e in entries for row in e.updates}
    found: list[tuple[int, StoredWriter]] = []
    for document in {document for document, _ in wanted}:
        for writer in document.writers.values():
            if not writer.recorded and (document, writer.number) in wanted:
                found.append((document.number, StoredWriter(writer.number, writer.client, writer.user, 0)))
    return found
