"""The bin: what was deleted lies there for thirty days, whole, where no run sees it, and comes back to its place or beside it.

Its record is written before a thing is moved into the bin, and taken away after it has left: a crash in between leaves a record without a thing, which nobody is shown, and never a thing that nobody can find.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Protocol

from pythonide.domain.errors import AlreadyExistsError, DomainError
from pythonide.domain.ids import BinItemId, WorkspaceId, new_id
from pythonide.domain.names import folded, free_path
from pythonide.domain.paths import WorkspacePath
from pythonide.features.workspaces.access import WriteGrant
from pythonide.features.workspaces.model import (
    BIN_DAYS,
    MAX_BIN_BYTES,
    MAX_BIN_ITEMS,
    MAX_COUNTED,
    BinItem,
    Refused,
)
from pythonide.features.workspaces.store import BinStore
from pythonide.features.workspaces.trees import Trees
from pythonide.persistence.transaction import Transactions
from pythonide.ports import Clock, FileBin, WorkspaceFiles

RESTORED = "restored"
TRIES = 8


class BinFiles(WorkspaceFiles, FileBin, Protocol):
    """Trees together with their bins."""


class Bin:
    """The use cases of the bin; everything but `sweep` takes a grant."""

    def __init__(self, transactions: Transactions, files: BinFiles, trees: Trees, clock: Clock) -> None:
        self._transactions = transactions
        self._files = files
        self._trees = trees
        self._clock = clock

    async def put(self, grant: WriteGrant, paths: Sequence[WorkspacePath]) -> tuple[list[BinItem], list[Refused]]:
        """Move files and folders into the bin; return what lies there now, and what stayed and why."""
        items: list[BinItem] = []
        refused: list[Refused] = []
        try:
            for path in _outermost(paths):
                try:
                    items.append(await self._put(grant.workspace, path))
                except DomainError as error:
                    refused.append(Refused(path, error))
        finally:
            await self._trees.scan(grant.workspace)
        await self._make_room(grant.workspace)
        return items, refused

    async def items(self, grant: WriteGrant) -> list[BinItem]:
        """Return what lies in the bin, the latest first."""
        return await self._items(grant.workspace)

    async def restore(self, grant: WriteGrant, items: Sequence[BinItemId]) -> tuple[list[WorkspacePath], list[Refused]]:
        """Put things back; return where they are now, and what stayed in the bin and why. What is not there any more is passed over."""
        known = {item.id: item for item in await self._items(grant.workspace)}
        places: list[WorkspacePath] = []
        refused: list[Refused] = []
        try:
            for item in (known[one] for one in items if one in known):
                try:
                    places.append(await self._restore(grant.workspace, item))
                except DomainError as error:
                    refused.append(Refused(item.path, error))
        finally:
            await self._trees.scan(grant.workspace)
        return places, refused

    async def empty(self, grant: WriteGrant, items: Collection[BinItemId] | None = None) -> None:
        """Delete for good: these, or all."""
        for item in await self._items(grant.workspace):
            if items is None or item.id in items:
                await self._purge(grant.workspace, item.id)

    async def sweep(self) -> None:
        """Delete for good what has lain in a bin for its time."""
        async with self._transactions.read() as connection:
            over = await BinStore(connection).deleted_before(self._clock.now() - timedelta(days=BIN_DAYS))
        for workspace, item in over:
            await self._purge(workspace, item)

    async def _put(self, workspace: WorkspaceId, path: WorkspacePath) -> BinItem:
        extent = await self._files.measure(workspace, path, limit=MAX_COUNTED)
        item = BinItem(BinItemId(new_id()), path, extent, self._clock.now())
        async with self._transactions.begin() as transaction:
            await BinStore(transaction.connection).add(workspace, item)
        try:
            await self._files.put_in_bin(workspace, path, item.id)
        except DomainError:
            await self._forget(item.id)
            raise
        return item

    async def _restore(self, workspace: WorkspaceId, item: BinItem) -> WorkspacePath:
        taken = {folded(entry.path.text) for entry in await self._trees.entries(workspace)}
        wanted = item.path
        for _ in range(TRIES):
            place = free_path(wanted, lambda path: folded(path.text) in taken, RESTORED)
            try:
                await self._files.take_from_bin(workspace, item.id, place)
            except AlreadyExistsError as error:
                # The name itself, or a folder on the way that is a file by now: then it comes back at the top.
                taken.add(folded(place.text))
                if "path" in error.details:
                    wanted = WorkspacePath(item.path.name)
                continue
            await self._forget(item.id)
            return place
        raise AlreadyExistsError(f"There is already “{item.path.name}” here.", path=item.path.text)

    async def _items(self, workspace: WorkspaceId) -> list[BinItem]:
        async with self._transactions.read() as connection:
            recorded = await BinStore(connection).of(workspace)
        present = await self._files.in_bin(workspace)
        return [item for item in recorded if item.id in present]

    async def _make_room(self, workspace: WorkspaceId) -> None:
        """Let the oldest go where the bin holds too much; what was deleted last always stays."""
        size = 0
        for number, item in enumerate(await self._items(workspace)):
            size += item.extent.size
            if number and (number >= MAX_BIN_ITEMS or size > MAX_BIN_BYTES):
                await self._purge(workspace, item.id)

    async def _purge(self, workspace: WorkspaceId, item: BinItemId) -> None:
        await self._files.purge(workspace, item)
        await self._forget(item)

    async def _forget(self, item: BinItemId) -> None:
        async with self._transactions.begin() as transaction:
            await BinStore(transaction.connection).remove([item])


def _outermost(paths: Sequence[WorkspacePath]) -> list[WorkspacePath]:
    """Return the paths without those that another one holds."""
    every = frozenset(paths)
    return sorted(path for path in every if every.isdisjoint(path.parents))
