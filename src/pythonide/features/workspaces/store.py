"""The SQL of workspaces; only this feature's access and service read it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from pythonide.domain.ids import BinItemId, CourseId, UploadId, UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.execution.policy import PolicyChoice
from pythonide.features.courses.model import CourseRole, Scope
from pythonide.features.courses.store import policy_columns, policy_in, role_in
from pythonide.features.workspaces.model import BinItem, Upload, Workspace, WorkspaceKind
from pythonide.persistence.tables import (
    ID,
    BinItemRow,
    CoursePolicyRow,
    CourseRow,
    RoleScopeRow,
    UploadRow,
    UserRow,
    WorkspaceRow,
)
from pythonide.ports import CourseFolder, Extent

_Found = Select[str, str, str, str, str | None, str, str]


def _found() -> _Found:
    return (
        select(
            WorkspaceRow.id,
            WorkspaceRow.kind,
            WorkspaceRow.course_id,
            CourseRow.title,
            WorkspaceRow.owner_id,
            UserRow.display_name,
            WorkspaceRow.name,
        )
        .join(CourseRow, CourseRow.id == WorkspaceRow.course_id)
        .join(UserRow, UserRow.id == WorkspaceRow.owner_id, isouter=True)
        .order_by(WorkspaceRow.name, UserRow.display_name, WorkspaceRow.id)
    )


@dataclass(frozen=True)
class Standing:
    """A workspace with all that decides what one person may do there."""

    workspace: Workspace
    scopes: frozenset[Scope]
    """What the person may in the workspace's course."""
    owner_role: CourseRole | None
    """What its owner is there, if anybody owns it and takes part now."""
    course_folders: tuple[CourseFolder, ...]
    policy: PolicyChoice
    """What the course has chosen for its programs."""


class WorkspaceStore:
    """Workspaces, on a connection that belongs to a unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, workspace: Workspace, at: datetime) -> None:
        await self._connection.execute(
            insert(WorkspaceRow).values(
                id=workspace.id,
                kind=workspace.kind,
                course_id=workspace.course,
                owner_id=workspace.owner,
                name=workspace.name,
                created_at=at,
            )
        )

    async def one(self, workspace: WorkspaceId) -> Workspace | None:
        return await self._one(_found().where(WorkspaceRow.id == workspace))

    async def personal(self, user: UserId, course: CourseId) -> Workspace | None:
        return await self._one(_found().where(WorkspaceRow.owner_id == user, WorkspaceRow.course_id == course))

    async def folder(self, course: CourseId, name: str) -> Workspace | None:
        nobodys = WorkspaceRow.owner_id.is_(None)
        return await self._one(_found().where(WorkspaceRow.course_id == course, nobodys, WorkspaceRow.name == name))

    async def folders(self, courses: Collection[CourseId]) -> list[Workspace]:
        return await self._many(_found().where(WorkspaceRow.course_id.in_(courses), WorkspaceRow.owner_id.is_(None)))

    async def of_people(self, course: CourseId, people: Collection[UserId]) -> list[Workspace]:
        return await self._many(_found().where(WorkspaceRow.course_id == course, WorkspaceRow.owner_id.in_(people)))

    async def standing(self, who: UserId, workspace: WorkspaceId) -> Standing | None:
        """Return how someone stands to a workspace, `None` for who takes no part in its course; one statement, for it is asked with each command."""
        rows = await self._connection.execute(_STANDING, {"who": who, "workspace": workspace})
        found = rows.all()
        if not found:
            return None
        folders = {row.folder: CourseFolder(row.folder_name, WorkspaceId(row.folder)) for row in found if row.folder}
        return Standing(
            _workspace(found[0]),
            frozenset(Scope(row.scope) for row in found if row.scope),
            CourseRole(found[0].owner_role) if found[0].owner_role else None,
            tuple(folders.values()),
            policy_in(found[0]),
        )

    async def _one(self, found: _Found) -> Workspace | None:
        many = await self._many(found)
        return many[0] if many else None

    async def _many(self, found: _Found) -> list[Workspace]:
        rows = await self._connection.execute(found)
        return [_workspace(row) for row in rows]


class BinStore:
    """What lies in the bins, on a connection that belongs to a unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, workspace: WorkspaceId, item: BinItem) -> None:
        await self._connection.execute(
            insert(BinItemRow).values(
                id=item.id,
                workspace_id=workspace,
                path=item.path.text,
                folder=item.extent.folder,
                files=item.extent.files,
                size=item.extent.size,
                deleted_at=item.deleted_at,
            )
        )

    async def of(self, workspace: WorkspaceId) -> list[BinItem]:
        """Return what lies in a workspace's bin, the latest first."""
        rows = await self._connection.execute(
            select(BinItemRow.__table__)
            .where(BinItemRow.workspace_id == workspace)
            .order_by(BinItemRow.deleted_at.desc(), BinItemRow.path)
        )
        return [_bin_item(row) for row in rows]

    async def deleted_before(self, moment: datetime) -> list[tuple[WorkspaceId, BinItemId]]:
        rows = await self._connection.execute(
            select(BinItemRow.workspace_id, BinItemRow.id).where(BinItemRow.deleted_at < moment)
        )
        return [(WorkspaceId(workspace), BinItemId(item)) for workspace, item in rows]

    async def remove(self, items: Collection[BinItemId]) -> None:
        await self._connection.execute(delete(BinItemRow).where(BinItemRow.id.in_(items)))


class UploadStore:
    """Uploads that are under way, on a connection that belongs to a unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, upload: Upload, at: datetime) -> None:
        await self._connection.execute(
            insert(UploadRow).values(
                id=upload.id,
                workspace_id=upload.workspace,
                user_id=upload.user,
                path=upload.path.text,
                size=upload.size,
                replace=upload.replace,
                placed=upload.placed,
                created_at=at,
            )
        )

    async def one(self, upload: UploadId) -> Upload | None:
        rows = await self._connection.execute(select(UploadRow.__table__).where(UploadRow.id == upload))
        row = rows.one_or_none()
        return _upload(row) if row else None

    async def open_of(self, user: UserId) -> int:
        """Return how many uploads of a person have begun and not ended."""
        mine = (UploadRow.user_id == user) & UploadRow.placed.is_(False)
        return await self._connection.scalar(select(func.count()).where(mine)) or 0

    async def reserved(self, workspace: WorkspaceId) -> int:
        """Return how many bytes the open uploads into a workspace will have."""
        arriving = (UploadRow.workspace_id == workspace) & UploadRow.placed.is_(False)
        return int(
            await self._connection.scalar(select(func.coalesce(func.sum(UploadRow.size), 0)).where(arriving)) or 0
        )

    async def mark_placed(self, upload: UploadId) -> None:
        await self._connection.execute(update(UploadRow).where(UploadRow.id == upload).values(placed=True))

    async def begun_before(self, moment: datetime) -> list[tuple[WorkspaceId, UploadId]]:
        rows = await self._connection.execute(
            select(UploadRow.workspace_id, UploadRow.id).where(UploadRow.created_at < moment)
        )
        return [(WorkspaceId(workspace), UploadId(upload)) for workspace, upload in rows]

    async def remove(self, uploads: Collection[UploadId]) -> None:
        await self._connection.execute(delete(UploadRow).where(UploadRow.id.in_(uploads)))


def _bin_item(row: Row[*tuple[Any, ...]]) -> BinItem:
    return BinItem(BinItemId(row.id), WorkspacePath(row.path), Extent(row.folder, row.files, row.size), row.deleted_at)


def _upload(row: Row[*tuple[Any, ...]]) -> Upload:
    return Upload(
        UploadId(row.id),
        WorkspaceId(row.workspace_id),
        UserId(row.user_id),
        WorkspacePath(row.path),
        row.size,
        row.replace,
        row.placed,
    )


def _standing() -> Select[*tuple[Any, ...]]:
    """Make the query of `standing`: one row for each scope and each course folder."""
    scope, folder = aliased(RoleScopeRow), aliased(WorkspaceRow)
    course, owner = WorkspaceRow.course_id.expression, WorkspaceRow.owner_id.expression
    role = role_in(bindparam("who", type_=ID), course)
    columns = (
        role_in(owner, course).label("owner_role"),
        scope.scope,
        folder.id.label("folder"),
        folder.name.label("folder_name"),
        *policy_columns(),
    )
    return (
        _found()
        .add_columns(*columns)
        .join(scope, scope.role == role, isouter=True)
        .join(CoursePolicyRow, CoursePolicyRow.course_id == course, isouter=True)
        .join(folder, (folder.course_id == course) & folder.owner_id.is_(None), isouter=True)
        .where(WorkspaceRow.id == bindparam("workspace", type_=ID), role.is_not(None))
        .order_by(folder.name)
    )


_STANDING = _standing()


def _workspace(row: Row[*tuple[Any, ...]]) -> Workspace:
    return Workspace(
        WorkspaceId(row.id),
        WorkspaceKind(row.kind),
        CourseId(row.course_id),
        row.title,
        UserId(row.owner_id) if row.owner_id else None,
        row.display_name or "",
        row.name,
    )
