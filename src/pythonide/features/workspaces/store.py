"""The SQL of workspaces; only this feature's access and service read it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from pythonide.domain.ids import CourseId, UserId, WorkspaceId
from pythonide.features.workspaces.model import Workspace, WorkspaceKind
from pythonide.persistence.tables import CourseRow, UserRow, WorkspaceRow

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

    async def _one(self, found: _Found) -> Workspace | None:
        many = await self._many(found)
        return many[0] if many else None

    async def _many(self, found: _Found) -> list[Workspace]:
        rows = await self._connection.execute(found)
        return [
            Workspace(
                WorkspaceId(row.id),
                WorkspaceKind(row.kind),
                CourseId(row.course_id),
                row.title,
                UserId(row.owner_id) if row.owner_id else None,
                row.display_name or "",
                row.name,
            )
            for row in rows
        ]
