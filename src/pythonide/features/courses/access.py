"""Who may do what in a course: the enrolment's role, and the scopes that the table gives it."""

from pythonide.domain.errors import NotFoundError
from pythonide.domain.ids import CourseId, UserId
from pythonide.features.courses.model import Membership, Scope
from pythonide.features.courses.store import CourseStore
from pythonide.persistence.transaction import Connection


async def membership(connection: Connection, user: UserId, course: CourseId) -> Membership | None:
    """Return the person's active part in the course, if any."""
    found = await CourseStore(connection).memberships(user, course)
    return found[0] if found else None


async def require(connection: Connection, user: UserId, course: CourseId, scope: Scope) -> Membership:
    """Return the membership that holds `scope`; `NotFoundError` for an absent and a foreign course alike."""
    found = await membership(connection, user, course)
    if found is None or scope not in found.scopes:
        raise NotFoundError("There is no such course.")
    return found
