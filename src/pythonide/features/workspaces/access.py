"""Who may see or change which tree: the only place where grants are made, asked anew for every command."""

from dataclasses import dataclass

from pythonide.domain.errors import NotFoundError, ReadOnlyError
from pythonide.domain.ids import UserId, WorkspaceId
from pythonide.features.courses.access import membership
from pythonide.features.courses.model import CourseRole, Membership, Scope
from pythonide.features.courses.store import CourseStore
from pythonide.features.runs.access import WorkspaceRights
from pythonide.features.workspaces.model import View, Workspace, WorkspaceKind, WorkspaceView
from pythonide.features.workspaces.store import WorkspaceStore
from pythonide.persistence.transaction import Connection, Transactions
from pythonide.ports import CourseFolder


@dataclass(frozen=True)
class ReadGrant:
    """The right of `who` to look into a workspace, for one command. Only `WorkspaceAccess` makes one."""

    who: UserId
    seen: WorkspaceView

    @property
    def workspace(self) -> WorkspaceId:
        """The workspace that it is about."""
        return self.seen.workspace.id


@dataclass(frozen=True)
class WriteGrant(ReadGrant):
    """The right to change it as well."""


class WorkspaceAccess:
    """Decides by enrolment and scopes; an absent workspace and a foreign one are answered alike."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def to_read(self, who: UserId, workspace: WorkspaceId) -> ReadGrant:
        """Return the right to read, or raise `NotFoundError`."""
        async with self._transactions.read() as connection:
            return ReadGrant(who, await _see(connection, who, workspace))

    async def to_write(self, who: UserId, workspace: WorkspaceId) -> WriteGrant:
        """Return the right to change, or raise `NotFoundError`, or `ReadOnlyError` where one may look."""
        async with self._transactions.read() as connection:
            seen = await _see(connection, who, workspace)
        if not seen.writable:
            raise ReadOnlyError("You can read these files but not change them.")
        return WriteGrant(who, seen)

    async def rights_of(self, who: UserId, workspace: WorkspaceId) -> WorkspaceRights:
        """Return what the runs feature may do for `who` here; raises `NotFoundError`."""
        async with self._transactions.read() as connection:
            seen = await _see(connection, who, workspace)
            folders = await WorkspaceStore(connection).folders([seen.workspace.course])
        return WorkspaceRights(
            workspace=workspace,
            owner=seen.workspace.owner,
            may_run=seen.runnable,
            may_watch=seen.workspace.kind is WorkspaceKind.PERSONAL,
            course_folders=tuple(CourseFolder(folder.name, folder.id) for folder in folders),
        )

    async def all_of(self, who: UserId) -> list[WorkspaceView]:
        """Return every tree that `who` may see: own ones first, then course folders, then students'."""
        async with self._transactions.read() as connection:
            memberships = await CourseStore(connection).memberships(who)
            seen = [view for held in memberships for view in await _course_views(connection, who, held)]
        order = list(View)
        return sorted(seen, key=lambda view: order.index(view.view))


async def _see(connection: Connection, who: UserId, workspace_id: WorkspaceId) -> WorkspaceView:
    workspace = await WorkspaceStore(connection).one(workspace_id)
    held = await membership(connection, who, workspace.course) if workspace else None
    students = workspace is not None and workspace.owner != who and await _is_student(connection, workspace)
    seen = _view(who, held, workspace, students=students) if workspace and held else None
    if seen is None:
        raise NotFoundError("There is no such workspace.")
    return seen


async def _is_student(connection: Connection, workspace: Workspace) -> bool:
    """Tell whether the owner is a student there: staff's own workspaces are nobody else's."""
    if workspace.owner is None:
        return False
    held = await membership(connection, workspace.owner, workspace.course)
    return held is not None and held.role is CourseRole.STUDENT


def _view(who: UserId, held: Membership, workspace: Workspace, *, students: bool) -> WorkspaceView | None:
    if workspace.kind is WorkspaceKind.COURSE_FOLDER:
        if Scope.FOLDERS_READ not in held.scopes:
            return None
        writable = Scope.FOLDERS_WRITE in held.scopes
        return WorkspaceView(workspace, View.COURSE_FOLDER, writable=writable, runnable=False)
    if workspace.owner == who:
        mine = Scope.WORKSPACE_OWN in held.scopes
        return WorkspaceView(workspace, View.OWN, writable=mine, runnable=mine)
    if students and Scope.WORKSPACES_READ in held.scopes:
        return WorkspaceView(workspace, View.STUDENT, writable=False, runnable=False)
    return None


async def _course_views(connection: Connection, who: UserId, held: Membership) -> list[WorkspaceView]:
    store = WorkspaceStore(connection)
    people = {who}
    if Scope.WORKSPACES_READ in held.scopes:
        participants = await CourseStore(connection).participants(held.course.id)
        people |= {one.user for one in participants if one.role is CourseRole.STUDENT}
    trees = await store.folders([held.course.id]) + await store.of_people(held.course.id, people)
    views = (_view(who, held, tree, students=tree.owner is not None and tree.owner != who) for tree in trees)
    return [view for view in views if view is not None]
