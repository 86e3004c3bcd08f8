"""Courses, who takes part in them, and what each role may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pythonide.domain.ids import CourseId, UserId


class CourseRole(StrEnum):
    """What someone is in a course."""

    INSTRUCTOR = "instructor"
    ASSISTANT = "assistant"
    STUDENT = "student"
    OBSERVER = "observer"


class EnrolmentState(StrEnum):
    """Whether an enrolment counts now; an ended one keeps its work."""

    ACTIVE = "active"
    ENDED = "ended"


class Scope(StrEnum):
    """What a role may do; the table `role_scopes` says which role holds which."""

    FOLDERS_READ = "course.folders.read"
    FOLDERS_WRITE = "course.folders.write"
    WORKSPACE_OWN = "workspace.own"
    """Have a workspace of one's own in the course."""
    WORKSPACES_READ = "workspaces.read"
    """Look into the students' workspaces."""


@dataclass(frozen=True)
class Course:
    """A course; `key` is a short unchanging name for set-up and imports."""

    id: CourseId
    key: str
    title: str
    created_at: datetime


@dataclass(frozen=True)
class Membership:
    """One person's active part in one course."""

    course: Course
    role: CourseRole
    scopes: frozenset[Scope]


@dataclass(frozen=True)
class Participant:
    """One line of a course's list of people."""

    user: UserId
    display_name: str
    role: CourseRole
