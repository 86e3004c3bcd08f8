"""Making courses and enrolling people."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pythonide.domain.errors import AlreadyExistsError, BadRequestError, NotFoundError
from pythonide.domain.ids import CourseId, UserId, new_id
from pythonide.execution.policy import CHOICES, PolicyChoice, check_choice
from pythonide.features.courses.access import require
from pythonide.features.courses.model import Course, CourseRole, Membership, Participant, Scope
from pythonide.features.courses.store import CourseStore
from pythonide.persistence.transaction import Transactions
from pythonide.ports import Clock


class Courses:
    """The use cases of courses."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def create(self, key: str, title: str) -> Course:
        """Make a course; raises `AlreadyExistsError`."""
        course = Course(CourseId(new_id()), key, title, self._clock.now())
        async with self._transactions.begin() as transaction:
            store = CourseStore(transaction.connection)
            if await store.keyed(key):
                raise AlreadyExistsError("There is already a course with this key.")
            await store.add(course)
            await transaction.audit(course.created_at, None, "course.add", course.id, key=key)
        return course

    async def keyed(self, key: str) -> Course | None:
        """Return the course with this key, if there is one."""
        async with self._transactions.read() as connection:
            return await CourseStore(connection).keyed(key)

    async def policy(self, course: CourseId) -> PolicyChoice:
        """Return what the course has chosen for its programs."""
        async with self._transactions.read() as connection:
            return await CourseStore(connection).policy(course)

    async def change_policy(self, course: CourseId, changes: Mapping[str, int | str | None]) -> PolicyChoice:
        """Change what is named, `None` back to the default; the next Run obeys. Raises `BadRequestError`."""
        if not set(changes) <= set(CHOICES):
            raise BadRequestError("There is no such limit.", choice=min(set(changes) - set(CHOICES)))
        async with self._transactions.begin() as transaction:
            store = CourseStore(transaction.connection)
            await store.hold(course)
            chosen: dict[str, Any] = {**asdict(await store.policy(course)), **changes}
            choice = PolicyChoice(**chosen)
            check_choice(choice)
            await store.set_policy(course, choice)
            await transaction.audit(self._clock.now(), None, "course.policy", course, **changes)
        return choice

    async def with_environment(self, name: str) -> tuple[str, ...]:
        """Return the keys of the courses that have chosen this environment."""
        async with self._transactions.read() as connection:
            return await CourseStore(connection).with_environment(name)

    async def enrol(self, user: UserId, course: CourseId, role: CourseRole) -> None:
        """Let a person take part; an ended enrolment becomes active again."""
        now = self._clock.now()
        async with self._transactions.begin() as transaction:
            await CourseStore(transaction.connection).enrol(user, course, role, now)
            await transaction.audit(now, None, "enrolment.set", user, course=course, role=role)

    async def end_enrolment(self, user: UserId, course: CourseId) -> None:
        """End a person's part in a course; their work stays."""
        async with self._transactions.begin() as transaction:
            if not await CourseStore(transaction.connection).end_enrolment(user, course):
                raise NotFoundError("This person is not in the course.")
            await transaction.audit(self._clock.now(), None, "enrolment.end", user, course=course)

    async def of(self, user: UserId) -> list[Membership]:
        """Return the courses in which a person actively takes part."""
        async with self._transactions.read() as connection:
            return await CourseStore(connection).memberships(user)

    async def participants(self, who: UserId, course: CourseId) -> list[Participant]:
        """Return the people of a course, to those who may look into their workspaces."""
        async with self._transactions.read() as connection:
            await require(connection, who, course, Scope.WORKSPACES_READ)
            return await CourseStore(connection).participants(course)
