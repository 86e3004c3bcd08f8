"""Making workspaces, showing their trees, and changing what is in them."""

from pythonide.domain.errors import DomainError, InvalidNameError, TooLargeError
from pythonide.domain.ids import CourseId, UserId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.features.courses.model import Course, Scope
from pythonide.features.courses.store import CourseStore
from pythonide.features.workspaces.access import ReadGrant, WorkspaceAccess, WriteGrant
from pythonide.features.workspaces.model import (
    MAX_FILE_BYTES,
    MAX_LISTED,
    MAX_PART_BYTES,
    Tree,
    View,
    Workspace,
    WorkspaceKind,
    WorkspaceView,
    check_clash,
    check_new_name,
    check_room,
)
from pythonide.features.workspaces.store import WorkspaceStore
from pythonide.features.workspaces.trees import Trees
from pythonide.persistence.transaction import Transactions
from pythonide.ports import Clock, FileEntry, FilePart, WorkspaceFiles


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
        """Return a file's bytes for download or preview; raises `TooLargeError`."""
        return await self._files.read(grant.workspace, path, limit=MAX_FILE_BYTES)

    async def read_part(self, grant: ReadGrant, path: WorkspacePath, start: int, length: int) -> FilePart:
        """Return a part of a file of any size."""
        return await self._files.read_part(grant.workspace, path, start=start, length=min(length, MAX_PART_BYTES))

    async def create(self, grant: WriteGrant, path: WorkspacePath, data: bytes) -> None:
        """Make a file that is not there yet."""
        if len(data) > MAX_FILE_BYTES:
            raise TooLargeError("This file is too large.", limit=MAX_FILE_BYTES)
        await self._check_new(grant, path, len(data))
        await self._files.write(grant.workspace, path, data, exclusive=True)
        await self._trees.scan(grant.workspace)

    async def make_folder(self, grant: WriteGrant, path: WorkspacePath) -> None:
        """Make an empty folder."""
        await self._check_new(grant, path, 0)
        await self._files.make_folder(grant.workspace, path)
        await self._trees.scan(grant.workspace)

    async def rename(self, grant: WriteGrant, source: WorkspacePath, target: WorkspacePath) -> None:
        """Rename or move a file or folder; never replaces."""
        check_new_name(target)
        check_clash(target, await self._entries(grant.workspace), moved=source)
        await self._files.rename(grant.workspace, source, target)
        await self._trees.scan(grant.workspace)

    async def delete(self, grant: WriteGrant, path: WorkspacePath) -> None:
        """Delete a file, or a folder with all it holds."""
        try:
            await self._files.delete(grant.workspace, path)
        finally:
            await self._trees.scan(grant.workspace)

    async def _check_new(self, grant: WriteGrant, path: WorkspacePath, size: int) -> None:
        check_new_name(path)
        entries = await self._entries(grant.workspace)
        check_clash(path, entries)
        check_room(entries, size)

    async def _entries(self, workspace: WorkspaceId) -> list[FileEntry]:
        await self._files.ensure(workspace)
        return await self._files.entries(workspace, limit=MAX_LISTED)

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
