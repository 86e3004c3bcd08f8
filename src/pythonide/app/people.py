"""`pythonide course …`: courses and the people in them, from the command line; a server may be running meanwhile."""

import csv
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from pythonide.app.settings import Settings
from pythonide.app.start import explained, give_up, settings_of
from pythonide.features.administration.model import CourseContent, Enrolled, Files, PersonContent
from pythonide.features.courses.model import CourseRole
from pythonide.features.workspaces.model import MAX_FILE_BYTES

if TYPE_CHECKING:
    from pythonide.features.administration.service import Administration

course_commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Courses and the people in them; a server may be running meanwhile.",
)
T = TypeVar("T")
PEOPLE_COLUMNS = ("login", "name", "role")

Data = Annotated[Path | None, typer.Option(help="Folder of the database and the students' files [default: .data].")]
Teachers = Annotated[
    list[str] | None, typer.Option("--teacher", help="Someone who teaches: LOGIN or “LOGIN=Full Name”; repeatable.")
]
Students = Annotated[list[str] | None, typer.Option("--student", help="A student, written likewise; repeatable.")]
People = Annotated[
    Path | None,
    typer.Option("--people", help="CSV file with the columns login, name and role (instructor, assistant, student)."),
]
Address = Annotated[
    str | None, typer.Option(help="Where people reach the server, for the links [default: from the settings].")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]


@course_commands.command()
def create(
    key: Annotated[str, typer.Argument(help="Short name that never changes, such as “python-1”.")],
    *,
    title: Annotated[str, typer.Option(help="What people read.")],
    teacher: Teachers = None,
    student: Students = None,
    people: People = None,
    folder: Annotated[
        list[str] | None,
        typer.Option(
            "--folder", help="NAME=DIRECTORY: copies it into the course; programs read it at /course/NAME; repeatable."
        ),
    ] = None,
    data: Data = None,
    address: Address = None,
    as_json: AsJson = False,
) -> None:
    """Make a course with its people; print a one-time link for each, with which they set a password."""
    taking_part = _people(teacher, student, people)
    content = CourseContent(key, title, taking_part, dict(_folder(text) for text in folder or []))
    settings = settings_of({"data": data, "public_origin": address})
    _print(_run(settings, lambda administration: administration.create_course(content)), key, settings, as_json=as_json)


@course_commands.command()
def enrol(
    key: Annotated[str, typer.Argument(help="The course's short name.")],
    *,
    teacher: Teachers = None,
    student: Students = None,
    people: People = None,
    data: Data = None,
    address: Address = None,
    as_json: AsJson = False,
) -> None:
    """Let more people take part; print a one-time link for each who has no password yet."""
    taking_part = _people(teacher, student, people)
    settings = settings_of({"data": data, "public_origin": address})
    _print(
        _run(settings, lambda administration: administration.enrol(key, taking_part)), key, settings, as_json=as_json
    )


@course_commands.command()
def link(
    login: Annotated[str, typer.Argument(help="Sign-in name.")],
    *,
    data: Data = None,
    address: Address = None,
) -> None:
    """Print a fresh one-time link with which somebody sets a new password; older unused ones die."""
    settings = settings_of({"data": data, "public_origin": address})
    typer.echo(_password_link(settings, _run(settings, lambda administration: administration.new_link(login))))


def _people(teachers: list[str] | None, students: list[str] | None, table: Path | None) -> tuple[PersonContent, ...]:
    named = [(CourseRole.INSTRUCTOR, text) for text in teachers or []] + [
        (CourseRole.STUDENT, text) for text in students or []
    ]
    people = [_person(role, text) for role, text in named]
    if table is not None:
        people += _listed(table)
    if not people:
        give_up("Nobody is named: use --teacher, --student or --people.")
    return tuple(people)


def _person(role: CourseRole, text: str) -> PersonContent:
    login, _, name = (part.strip() for part in text.partition("="))
    return PersonContent(login, name or login, role, {})


def _listed(table: Path) -> Iterator[PersonContent]:
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        give_up(f"{table} cannot be read: {error}")
    for number, row in enumerate(rows, 2):
        if not {"login", "name"} <= set(row):
            give_up(f"{table} needs a first line with the columns {', '.join(PEOPLE_COLUMNS)}.")
        role = (row.get("role") or CourseRole.STUDENT).strip()
        if role not in list(CourseRole):
            give_up(f"{table}, line {number}: there is no role “{role}”; there are {', '.join(CourseRole)}.")
        yield _person(CourseRole(role), f"{row['login']}={row['name']}")


def _folder(text: str) -> tuple[str, Files]:
    name, equals, place = text.partition("=")
    directory = Path(place)
    if not equals or not directory.is_dir():
        give_up(f"--folder {text}: write NAME=DIRECTORY, with a directory that exists.")
    files: dict[str, bytes] = {}
    try:
        for path in sorted(directory.rglob("*")):
            inside = path.relative_to(directory)
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                if path.stat().st_size > MAX_FILE_BYTES:
                    give_up(f"{path} is larger than {MAX_FILE_BYTES // 1024 // 1024} MB, the most a file may have.")
                files[inside.as_posix()] = path.read_bytes()
    except OSError as error:
        give_up(f"--folder {text}: {error}")
    return name, files


def _run(settings: Settings, act: "Callable[[Administration], Awaitable[T]]") -> T:
    from pythonide.app import administering  # noqa: PLC0415 - `pythonide serve` reads this module too, and must start fast

    with explained():
        return administering.run(settings, act)


def _print(enrolled: tuple[Enrolled, ...], key: str, settings: Settings, *, as_json: bool) -> None:
    people = [
        {
            "login": person.login_name,
            "name": person.display_name,
            "role": person.role,
            "link": None if person.token is None else _password_link(settings, person.token),
        }
        for person in enrolled
    ]
    if as_json:
        typer.echo(json.dumps({"course": key, "people": people}))
        return
    for person in people:
        typer.echo(f"{person['role']:<11} {person['name']} ({person['login']})")
        typer.echo(f"    {person['link'] or 'has a password already'}")
    typer.echo("Each link works once, within 14 days; it sets the password.")


def _password_link(settings: Settings, token: str) -> str:
    return f"{settings.origin(settings.port)}/set-password#{token}"
