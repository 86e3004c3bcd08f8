"""The SQL of courses, enrolments and scopes."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Label, Row, ScalarSelect, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pythonide.domain.ids import CourseId, UserId
from pythonide.execution.policy import CHOICES, PolicyChoice
from pythonide.features.courses.model import Course, CourseRole, EnrolmentState, Membership, Participant, Scope
from pythonide.persistence.tables import CoursePolicyRow, CourseRow, EnrolmentRow, RoleScopeRow, UserRow


def counting() -> ColumnElement[bool]:
    """Tell which enrolments count, where users are joined to them: an active person's active one."""
    return (EnrolmentRow.state == EnrolmentState.ACTIVE) & UserRow.active


def role_in(user: ColumnElement[str] | ColumnElement[str | None], course: ColumnElement[str]) -> ScalarSelect[str]:
    """Return the role by which a person takes part in a course now, null if none, as a column of another query."""
    found = select(EnrolmentRow.role).join(UserRow, UserRow.id == EnrolmentRow.user_id)
    mine = (EnrolmentRow.user_id == user) & (EnrolmentRow.course_id == course)
    return found.where(mine, counting()).correlate_except(EnrolmentRow, UserRow).scalar_subquery()


def policy_columns() -> list[Label[Any]]:
    """Return what `policy_in` reads, as columns of another query."""
    return [getattr(CoursePolicyRow, name).label(f"policy_{name}") for name in CHOICES]


def policy_in(row: Row[*tuple[Any, ...]]) -> PolicyChoice:
    """Return a course's choice from a row with `policy_columns`."""
    return PolicyChoice(**{name: getattr(row, f"policy_{name}") for name in CHOICES})


class CourseStore:
    """Courses and enrolments, on a connection that belongs to a unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, course: Course) -> None:
        values = {"id": course.id, "key": course.key, "title": course.title, "created_at": course.created_at}
        await self._connection.execute(insert(CourseRow).values(values))

    async def keyed(self, key: str) -> Course | None:
        found = select(CourseRow.id, CourseRow.key, CourseRow.title, CourseRow.created_at).where(CourseRow.key == key)
        row = (await self._connection.execute(found)).one_or_none()
        return Course(CourseId(row.id), row.key, row.title, row.created_at) if row else None

    async def policy(self, course: CourseId) -> PolicyChoice:
        """Return what the course has chosen for its programs."""
        found = select(*policy_columns()).where(CoursePolicyRow.course_id == course)
        row = (await self._connection.execute(found)).one_or_none()
        return policy_in(row) if row else PolicyChoice()

    async def with_environment(self, name: str) -> tuple[str, ...]:
        """Return the keys of the courses that have chosen this environment, in order."""
        found = select(CourseRow.key).join(CoursePolicyRow, CoursePolicyRow.course_id == CourseRow.id)
        rows = await self._connection.execute(found.where(CoursePolicyRow.environment == name).order_by(CourseRow.key))
        return tuple(rows.scalars())

    async def hold(self, course: CourseId) -> None:
        """Let nobody else change the course until this unit of work is over."""
        await self._connection.execute(select(CourseRow.id).where(CourseRow.id == course).with_for_update())

    async def set_policy(self, course: CourseId, choice: PolicyChoice) -> None:
        mine = CoursePolicyRow.course_id == course
        changed = await self._connection.execute(update(CoursePolicyRow).where(mine).values(asdict(choice)))
        if changed.rowcount == 0:
            await self._connection.execute(insert(CoursePolicyRow).values(course_id=course, **asdict(choice)))

    async def enrol(self, user: UserId, course: CourseId, role: CourseRole, at: datetime) -> None:
        """Enrol, or give an earlier enrolment this role and make it active again."""
        found = (EnrolmentRow.user_id == user) & (EnrolmentRow.course_id == course)
        changed = await self._connection.execute(
            update(EnrolmentRow).where(found).values(role=role, state=EnrolmentState.ACTIVE)
        )
        if changed.rowcount == 0:
            await self._connection.execute(
                insert(EnrolmentRow).values(
                    user_id=user, course_id=course, role=role, state=EnrolmentState.ACTIVE, created_at=at
                )
            )

    async def end_enrolment(self, user: UserId, course: CourseId) -> bool:
        """Tell whether there was an enrolment to end."""
        found = (EnrolmentRow.user_id == user) & (EnrolmentRow.course_id == course)
        ended = await self._connection.execute(update(EnrolmentRow).where(found).values(state=EnrolmentState.ENDED))
        return ended.rowcount > 0

    async def memberships(self, user: UserId, course: CourseId | None = None) -> list[Membership]:
        """Return the active person's active enrolments with their scopes, by title."""
        found = (
            select(CourseRow.id, CourseRow.key, CourseRow.title, CourseRow.created_at, EnrolmentRow.role)
            .join(EnrolmentRow, EnrolmentRow.course_id == CourseRow.id)
            .join(UserRow, UserRow.id == EnrolmentRow.user_id)
            .where(EnrolmentRow.user_id == user, counting())
            .order_by(CourseRow.title, CourseRow.id)
        )
        if course is not None:
            found = found.where(CourseRow.id == course)
        rows = (await self._connection.execute(found)).all()
        scopes = await self._scopes({row.role for row in rows})
        return [
            Membership(
                Course(CourseId(row.id), row.key, row.title, row.created_at),
                CourseRole(row.role),
                scopes.get(row.role, frozenset()),
            )
            for row in rows
        ]

    async def participants(self, course: CourseId) -> list[Participant]:
        """Return who is actively enrolled, by name."""
        found = (
            select(UserRow.id, UserRow.display_name, EnrolmentRow.role)
            .join(EnrolmentRow, EnrolmentRow.user_id == UserRow.id)
            .where(EnrolmentRow.course_id == course, counting())
            .order_by(UserRow.display_name, UserRow.id)
        )
        rows = (await self._connection.execute(found)).all()
        return [Participant(UserId(row.id), row.display_name, CourseRole(row.role)) for row in rows]

    async def _scopes(self, roles: set[str]) -> dict[str, frozenset[Scope]]:
        if not roles:
            return {}
        found = select(RoleScopeRow.role, RoleScopeRow.scope).where(RoleScopeRow.role.in_(roles))
        held: dict[str, set[Scope]] = {}
        for row in await self._connection.execute(found):
            held.setdefault(row.role, set()).add(Scope(row.scope))
        return {role: frozenset(scopes) for role, scopes in held.items()}
