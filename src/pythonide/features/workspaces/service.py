"""Making workspaces, showing their trees, and changing what is in them."""

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from pythonide.domain.errors import DomainError, InvalidNameError, LimitReachedError, TooLargeError
from pythonide.domain.ids import CourseId, UserId, WorkspaceId, new_id
from pythonide.domain.names import check_new_name
from pythonide.domain.paths import WorkspacePath
from pythonide.features.courses.model import Course, Scope
from pythonide.features.courses.store import CourseStore
from pythonide.features.workspaces.access import ReadGrant, WorkspaceAccess, WriteGrant
from pythonide.features.workspaces.model import (
    MAX_ENTRIES,
    MAX_FILE_BYTES,
    MAX_PACKED_AT_ONCE,
    MAX_TREE_BYTES,
    Refused,
    Tree,
    View,
    Workspace,
    WorkspaceKind,
    WorkspaceView,
    check_clash,
    check_room,
    check_way,
)
from pythonide.features.workspaces.store import WorkspaceStore
from pythonide.features.workspaces.trees import Trees
from pythonide.persistence.transaction import Transactions
from pythonide.ports import Clock, Extent, FileBytes, FileEntry, WorkspaceFiles


class Workspaces:
    """The use cases of file trees; everything but `of` takes a grant."""

    def __init__(
        self, transactions: Transactions, access: WorkspaceAccess, files: WorkspaceFiles, trees: Trees, clock: Clock
    ) -> None:
        self._transactions = transactions
        self._access = access
        self._files = files
        self._trees = trees
        self._clock = clock
        self._packing = Counter[UserId]()

    async def of(self, who: UserId) -> list[WorkspaceView]:
        """Return every tree a person sees; their own ones are made at the first time of asking."""
        async with self._transactions.read() as connection:
            memberships = await CourseStore(connection).memberships(who)
        for held in memberships:
            if Scope.WORKSPACE_OWN in held.scopes:
                await self.personal(who, held.course)
        return await self._access.all_of(who)

    async def personal(self, user: UserId, course: Course) -> Workspace:
        """Return a person's workspace in a course, made if it is missing; the caller knows that they have a right to one."""
        async with self._transactions.read() as connection:
            found = await WorkspaceStore(connection).personal(user, course.id)
        return found or await self._make(WorkspaceKind.PERSONAL, course.id, user, "")

    async def course_folder(self, course: Course, name: str) -> Workspace:
        """Return a course's folder, made if it is missing; programs see it at `/course/<name>`."""
        path = WorkspacePath.parse(name)
        if "/" in name or not name:
            raise InvalidNameError("A course folder has a plain name.", name=name)
        check_new_name(path)
        async with self._transactions.read() as connection:
            found = await WorkspaceStore(connection).folder(course.id, path.text)
        return found or await self._make(WorkspaceKind.COURSE_FOLDER, course.id, None, path.text)

    async def tree(self, grant: ReadGrant) -> Tree:
        """Return what is in the workspace now; a look of staff at a student's is on record."""
        if grant.seen.view is View.STUDENT:
            async with self._transactions.begin() as transaction:
                await transaction.audit(self._clock.now(), grant.who, "workspace.view", grant.workspace)
        await self._files.ensure(grant.workspace)
        return await self._trees.scan(grant.workspace)

    async def read(self, grant: ReadGrant, path: WorkspacePath) -> bytes:
        """Return a file's bytes; raises `TooLargeError` for one that should not be held in memory."""
        return await self._files.read(grant.workspace, path, limit=MAX_FILE_BYTES)

    def reading(self, grant: ReadGrant, path: WorkspacePath) -> AbstractAsyncContextManager[FileBytes]:
        """Open a file of any size for download."""
        return self._files.reading(grant.workspace, path)

    @asynccontextmanager
    async def packing(
        self, grant: ReadGrant, paths: Sequence[WorkspacePath]
    ) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """Open a zip of a selection for download; the workspace's own path stands for all of it."""
        if self._packing[grant.who] >= MAX_PACKED_AT_ONCE:
            raise LimitReachedError("Other archives of yours are still being made; wait for one.")
        self._packing[grant.who] += 1
        try:
            async with self._files.packing(grant.workspace, paths) as chunks:
                yield chunks
        finally:
            self._packing[grant.who] -= 1

    async def create(self, grant: WriteGrant, path: WorkspacePath, data: bytes) -> None:
        """Make a file that is not there yet."""
        if len(data) > MAX_FILE_BYTES:
            raise TooLargeError("This file is too large.", limit=MAX_FILE_BYTES)
        await self.check_new(grant, path, len(data))
        await self._files.write(grant.workspace, path, data, exclusive=True)
        await self._trees.scan(grant.workspace)

    async def make_folder(self, grant: WriteGrant, path: WorkspacePath) -> None:
        """Make an empty folder."""
        await self.check_new(grant, path, 0)
        await self._files.make_folder(grant.workspace, path)
        await self._trees.scan(grant.workspace)

    async def rename(self, grant: WriteGrant, source: WorkspacePath, target: WorkspacePath) -> None:
        """Rename or move a file or folder; never replaces."""
        check_new_name(target)
        check_clash(target, await self._entries(grant.workspace), moved=source)
        await self._files.rename(grant.workspace, source, target)
        await self._trees.scan(grant.workspace)

    async def move(self, grant: WriteGrant, paths: Sequence[WorkspacePath], folder: WorkspacePath) -> list[Refused]:
        """Move files and folders into a folder, each under its name; never replaces. Return what stayed, and why."""
        entries = {entry.path: entry for entry in await self._entries(grant.workspace)}

        async def move_one(path: WorkspacePath) -> None:
            target = folder.child(path.name)
            if target == path:
                return
            check_clash(target, entries.values(), moved=path)
            await self._files.rename(grant.workspace, path, target)
            moved = entries.pop(path, None)
            if moved is not None:
                entries[target] = replace(moved, path=target)

        return await self._each(grant, paths, move_one)

    async def copy(self, grant: WriteGrant, copies: Sequence[tuple[WorkspacePath, WorkspacePath]]) -> list[Refused]:
        """Copy each first path to the second; never replaces. Return the sources that were not copied, and why."""
        entries = await self._entries(grant.workspace)
        targets = dict(copies)

        async def copy_one(source: WorkspacePath) -> None:
            target = targets[source]
            check_new_name(target)
            check_clash(target, entries)
            extent = await self._files.measure(grant.workspace, source, limit=MAX_ENTRIES)
            check_room(entries, extent.size, extent.files)
            left = Extent(folder=True, files=MAX_ENTRIES, size=MAX_TREE_BYTES)
            await self._files.copy(grant.workspace, source, target, room=left)
            entries.append(FileEntry(target, extent.folder, extent.size, 0))

        return await self._each(grant, list(targets), copy_one)

    async def check_new(self, grant: WriteGrant, path: WorkspacePath, size: int) -> None:
        """Raise why nothing of this name and size can be made here."""
        check_new_name(path)
        entries = await self._entries(grant.workspace)
        check_way(path, entries)
        check_clash(path, entries)
        check_room(entries, size)

    async def _each(
        self, grant: WriteGrant, paths: Sequence[WorkspacePath], act: Callable[[WorkspacePath], Awaitable[None]]
    ) -> list[Refused]:
        refused: list[Refused] = []
        try:
            for path in paths:
                try:
                    await act(path)
                except DomainError as error:
                    refused.append(Refused(path, error))
        finally:
            await self._trees.scan(grant.workspace)
        return refused

    async def _entries(self, workspace: WorkspaceId) -> list[FileEntry]:
        await self._files.ensure(workspace)
        return await self._trees.entries(workspace)

    async def _make(self, kind: WorkspaceKind, course: CourseId, owner: UserId | None, name: str) -> Workspace:
        made = Workspace(WorkspaceId(new_id()), kind, course, "", owner, "", name)
        async with self._transactions.begin() as transaction:
            store = WorkspaceStore(transaction.connection)
            # Two tabs may be first at once: whoever comes second finds the first one's.
            found = await (store.personal(owner, course) if owner else store.folder(course, name))
            if found is None:
                await store.add(made, self._clock.now())
                found = await store.one(made.id)
        if found is None:
            raise DomainError("A workspace that was just made is not there.")
        await self._files.ensure(found.id)
        return found
