"""What a course starts with."""

from collections.abc import Mapping
from dataclasses import dataclass

from pythonide.features.courses.model import CourseRole

Files = Mapping[str, bytes]
"""Path in the tree to content."""


@dataclass(frozen=True)
class PersonContent:
    """Someone of the course; `files` is what their workspace starts with."""

    login_name: str
    display_name: str
    role: CourseRole
    files: Files


@dataclass(frozen=True)
class CourseContent:
    """A course with its people and its folders, which are `/course/<name>` in runs."""

    key: str
    title: str
    people: tuple[PersonContent, ...]
    folders: Mapping[str, Files]


@dataclass(frozen=True)
class Invitation:
    """A person and the token of their fresh one-time sign-in link."""

    display_name: str
    role: CourseRole
    token: str
