"""What a course starts with."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pythonide.domain.errors import AlreadyExistsError, BadRequestError
from pythonide.features.courses.model import CourseRole
from pythonide.features.identity.model import check_login_name

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
MAX_TITLE = 200

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


@dataclass(frozen=True)
class Enrolled:
    """Someone who takes part now; `token` is that of a link to set a password, `None` where there is one already."""

    login_name: str
    display_name: str
    role: CourseRole
    token: str | None


def check_course(key: str, title: str) -> None:
    """Raise `BadRequestError` unless a course can be called that."""
    if not KEY.fullmatch(key):
        raise BadRequestError("A course's key is short, of small letters, digits and hyphens, such as “python-1”.")
    if not 1 <= len(title.strip()) <= MAX_TITLE:
        raise BadRequestError(f"A course's title has 1 to {MAX_TITLE} characters.")


def check_people(people: Sequence[PersonContent]) -> None:
    """Raise unless every sign-in name is possible and stands there once; nothing is made before all are good."""
    names: list[str] = []
    for person in people:
        try:
            names.append(check_login_name(person.login_name))
        except BadRequestError as error:
            raise BadRequestError(f"“{person.login_name}” cannot be a sign-in name. {error.message}") from error
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise AlreadyExistsError(f"Named twice: {', '.join(twice)}.")
