"""Who may see or change which tree: the only place where grants are made, asked anew for every command."""

from dataclasses import dataclass

from pythonide.domain.errors import NotFoundError, ReadOnlyError
from pythonide.domain.ids import UserId, WorkspaceId
from pythonide.execution.policy import policy_of
from pythonide.features.courses.model import CourseRole, Membership, Scope
from pythonide.features.courses.store import CourseStore
from pythonide.features.runs.access import WorkspaceRights
from pythonide.features.workspaces.model import View, Workspace, WorkspaceKind, WorkspaceView
from pythonide.features.workspaces.store import Standing, WorkspaceStore
from pythonide.persistence.transaction import Connection, Transactions


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
        seen, _ = await self._see(who, workspace)
        return ReadGrant(who, seen)

    async def to_write(self, who: UserId, workspace: WorkspaceId) -> WriteGrant:
        """Return the right to change, or raise `NotFoundError`, or `ReadOnlyError` where one may look."""
        seen, _ = await self._see(who, workspace)
        if not seen.writable:
            raise ReadOnlyError("You can read these files but not change them.")
        return WriteGrant(who, seen)

    async def rights_of(self, who: UserId, workspace: WorkspaceId) -> WorkspaceRights:
        """Return what the runs feature may do for `who` here; raises `NotFoundError`."""
        seen, found = await self._see(who, workspace)
        return WorkspaceRights(
            workspace=workspace,
            owner=seen.workspace.owner,
            may_run=seen.runnable,
            may_watch=seen.workspace.kind is WorkspaceKind.PERSONAL,
            policy=policy_of(found.policy),
            course_folders=found.course_folders,
        )

    async def all_of(self, who: UserId) -> list[WorkspaceView]:
        """Return every tree that `who` may see: own ones first, then course folders, then students'."""
        async with self._transactions.read() as connection:
            memberships = await CourseStore(connection).memberships(who)
            seen = [view for held in memberships for view in await _course_views(connection, who, held)]
        order = list(View)
        return sorted(seen, key=lambda view: order.index(view.view))

    async def _see(self, who: UserId, workspace: WorkspaceId) -> tuple[WorkspaceView, Standing]:
        async with self._transactions.glance() as connection:
            found = await WorkspaceStore(connection).standing(who, workspace)
        students = found is not None and found.owner_role is CourseRole.STUDENT  # staff's own are nobody else's
        seen = _view(who, found.scopes, found.workspace, students=students) if found else None
        if found is None or seen is None:
            raise NotFoundError("There is no such workspace.")
        return seen, found


def _view(who: UserId, scopes: frozenset[Scope], workspace: Workspace, *, students: bool) -> WorkspaceView | None:
    if workspace.kind is WorkspaceKind.COURSE_FOLDER:
        if Scope.FOLDERS_READ not in scopes:
            return None
        writable = Scope.FOLDERS_WRITE in scopes
        return WorkspaceView(workspace, View.COURSE_FOLDER, writable=writable, runnable=False)
    if workspace.owner == who:
        mine = Scope.WORKSPACE_OWN in scopes
        return WorkspaceView(workspace, View.OWN, writable=mine, runnable=mine)
    if students and Scope.WORKSPACES_READ in scopes:
        return WorkspaceView(workspace, View.STUDENT, writable=False, runnable=False)
    return None


async def _course_views(connection: Connection, who: UserId, held: Membership) -> list[WorkspaceView]:
    store = WorkspaceStore(connection)
    people = {who}
    if Scope.WORKSPACES_READ in held.scopes:
        participants = await CourseStore(connection).participants(held.course.id)
        people |= {one.user for one in participants if one.role is CourseRole.STUDENT}
    trees = await store.folders([held.course.id]) + await store.of_people(held.course.id, people)
    views = (_view(who, held.scopes, tree, students=tree.owner is not None and tree.owner != who) for tree in trees)
    return [view for view in views if view is not None]
