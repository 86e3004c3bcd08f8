"""Uploads: a file arrives in pieces, goes on after a broken connection or a restart, and appears in the tree as a whole."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol
from weakref import WeakValueDictionary

import anyio

from pythonide.domain.errors import AlreadyExistsError, ConflictError, LimitReachedError, NotFoundError, TooLargeError
from pythonide.domain.ids import UploadId, new_id
from pythonide.domain.names import check_new_name
from pythonide.domain.paths import WorkspacePath
from pythonide.features.workspaces.access import WriteGrant
from pythonide.features.workspaces.bin import Bin
from pythonide.features.workspaces.model import (
    MAX_OPEN_UPLOADS,
    UPLOAD_HOURS,
    Upload,
    UploadRules,
    check_clash,
    check_room,
    check_way,
)
from pythonide.features.workspaces.store import UploadStore
from pythonide.features.workspaces.trees import Trees
from pythonide.persistence.transaction import Transactions
from pythonide.ports import Clock, FileEntry, FileParts, WorkspaceFiles

PIECE = 1 << 18
"""Bytes that are gathered before they are written."""


class ArrivingFiles(WorkspaceFiles, FileParts, Protocol):
    """Trees together with what is still arriving."""


@dataclass(frozen=True)
class Progress:
    """How far an upload is."""

    upload: Upload
    offset: int
    """Bytes that are here."""


class Uploads:
    """The use cases of uploads; everything but `sweep` takes a grant, and an upload is its beginner's alone."""

    def __init__(
        self,
        transactions: Transactions,
        files: ArrivingFiles,
        trees: Trees,
        bin_: Bin,
        clock: Clock,
        *,
        rules: UploadRules,
    ) -> None:
        self._transactions = transactions
        self._files = files
        self._trees = trees
        self._bin = bin_
        self._clock = clock
        self._rules = rules
        self._arriving: dict[UploadId, anyio.CancelScope] = {}
        self._locks: WeakValueDictionary[UploadId, anyio.Lock] = WeakValueDictionary()

    async def begin(self, grant: WriteGrant, path: WorkspacePath, size: int, *, replacing: bool) -> Progress:
        """Announce a file; raises whatever will be wrong with it, before a byte of it has travelled."""
        for named in (*path.parents, path):
            check_new_name(named)
        self._rules.check(path, size)
        await self._files.ensure(grant.workspace)
        entries = await self._trees.entries(grant.workspace)
        check_way(path, entries)
        replaced = _replaced(path, entries) if replacing else None
        check_clash(path, entries, moved=replaced)
        upload = Upload(UploadId(new_id()), grant.workspace, grant.who, path, size, replacing, placed=False)
        async with self._transactions.begin() as transaction:
            store = UploadStore(transaction.connection)
            if await store.open_of(grant.who) >= MAX_OPEN_UPLOADS:
                raise LimitReachedError("Too many uploads are under way; wait for one to end.", limit=MAX_OPEN_UPLOADS)
            check_room(entries, size + await store.reserved(grant.workspace))
            await store.add(upload, self._clock.now())
        return Progress(upload, 0)

    async def progress(self, grant: WriteGrant, upload: UploadId) -> Progress:
        """Return how far it is, which stays true: whatever was still arriving on an older connection is cut off. Raises `NotFoundError`."""
        async with self._alone(upload):
            found = await self._find(grant, upload)
            return Progress(found, found.size if found.placed else await self._files.arrived(grant.workspace, upload))

    async def receive(self, grant: WriteGrant, upload: UploadId, offset: int, pieces: AsyncIterator[bytes]) -> Progress:
        """Take the bytes from `offset` on; once all are here, the file is in the tree. Raises `ConflictError` with the true `offset`."""
        async with self._alone(upload):
            found = await self._find(grant, upload)
            if found.placed:
                return Progress(found, found.size)
            async for piece in _gathered(pieces):
                if offset + len(piece) > found.size:
                    await self._remove(grant, upload)
                    raise TooLargeError("More bytes came than were announced.", limit=found.size)
                offset = await self._files.append(grant.workspace, upload, offset, piece)
            there = await self._files.arrived(grant.workspace, upload)
            if there != offset:
                raise ConflictError("This upload goes on elsewhere.", offset=there)
            if offset == found.size:
                with anyio.CancelScope(shield=True):
                    await self._place(grant, found)
                found = replace(found, placed=True)
            return Progress(found, offset)

    async def cancel(self, grant: WriteGrant, upload: UploadId) -> None:
        """Forget what has arrived; nothing happens if there is no such upload any more."""
        async with self._alone(upload):
            try:
                await self._find(grant, upload)
            except NotFoundError:
                return
            await self._remove(grant, upload)

    async def sweep(self) -> None:
        """Forget uploads whose time is over."""
        async with self._transactions.read() as connection:
            over = await UploadStore(connection).begun_before(self._clock.now() - timedelta(hours=UPLOAD_HOURS))
        for workspace, upload in over:
            await self._files.discard(workspace, upload)
            async with self._transactions.begin() as transaction:
                await UploadStore(transaction.connection).remove([upload])

    @asynccontextmanager
    async def _alone(self, upload: UploadId) -> AsyncGenerator[None, None]:
        """Be the only one who deals with an upload. An older request that still waits for bytes ends: its connection may be dead and not know it."""
        older = self._arriving.get(upload)
        if older is not None:
            older.cancel()
        async with self._locks.setdefault(upload, anyio.Lock()):
            scope = self._arriving[upload] = anyio.CancelScope()
            try:
                with scope:
                    yield
            finally:
                if self._arriving.get(upload) is scope:
                    del self._arriving[upload]
        if scope.cancelled_caught:
            raise ConflictError("This upload goes on elsewhere.")

    async def _find(self, grant: WriteGrant, upload: UploadId) -> Upload:
        async with self._transactions.glance() as connection:
            found = await UploadStore(connection).one(upload)
        if found is None or found.workspace != grant.workspace or found.user != grant.who:
            raise NotFoundError("There is no such upload.")
        return found

    async def _place(self, grant: WriteGrant, upload: Upload) -> None:
        try:
            await self._files.place(grant.workspace, upload.id, upload.path)
        except AlreadyExistsError:
            if not upload.replace:
                raise
            _, refused = await self._bin.put(grant, [upload.path])
            if refused:
                raise refused[0].error from None
            await self._files.place(grant.workspace, upload.id, upload.path)
        async with self._transactions.begin() as transaction:
            await UploadStore(transaction.connection).mark_placed(upload.id)
        await self._trees.note(grant.workspace, (*upload.path.parents, upload.path))

    async def _remove(self, grant: WriteGrant, upload: UploadId) -> None:
        await self._files.discard(grant.workspace, upload)
        async with self._transactions.begin() as transaction:
            await UploadStore(transaction.connection).remove([upload])


def _replaced(path: WorkspacePath, entries: list[FileEntry]) -> WorkspacePath | None:
    """Return the file that would go into the bin; a folder is never replaced by a file."""
    for entry in entries:
        if entry.path == path:
            if entry.folder:
                raise AlreadyExistsError(f"“{path.name}” is a folder; a file cannot take its place.", path=path.text)
            return path
    return None


async def _gathered(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield larger pieces: the network brings small ones, and each write is a trip to a thread."""
    waiting = bytearray()
    async for piece in pieces:
        waiting += piece
        if len(waiting) >= PIECE:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)
