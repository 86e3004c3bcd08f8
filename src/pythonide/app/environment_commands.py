"""`pythonide env …`: named sets of packages for students' programs; a server may be running meanwhile, and switches."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pythonide.adapters.environment_folders import Facts
from pythonide.adapters.environments import NAMES
from pythonide.adapters.named_environments import Order, Standing, Workshop
from pythonide.adapters.privileges import prepare_data_directory
from pythonide.adapters.requirement_files import RequirementsError, read_requirements
from pythonide.adapters.students_python import find
from pythonide.app import logs
from pythonide.app.settings import Settings
from pythonide.app.start import account_of, explained, give_up, settings_of, workshop_of

env_commands = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Named environments: packages for students' programs. A running server switches within seconds, and no program is stopped.",
    epilog="Exit codes: 0 done, 1 refused with a reason (what was there before is untouched), 2 wrong usage.",
)
Data = Annotated[Path | None, typer.Option(help="Folder of the database and the students' files [default: .data].")]
Python = Annotated[
    Path | None, typer.Option(help="Interpreter for students' programs, the same as the server's [default: our own].")
]
SourceBuilds = Annotated[
    bool,
    typer.Option(
        "--allow-source-builds",
        help="Let code of packages run while they are installed; otherwise only wheels are taken.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON.")]
Name = Annotated[str, typer.Argument(help="Its name, such as “data-science”.")]


@env_commands.command()
def create(
    name: Name,
    *,
    requirements: Annotated[Path, typer.Option(help="Requirements file: one package a line.")],
    allow_source_builds: SourceBuilds = False,
    data: Data = None,
    python: Python = None,
    as_json: AsJson = False,
) -> None:
    """Make an environment from a requirements file."""
    with _workshop(data, python) as workshop:
        order = Order(_read(requirements), allow_source_builds)
        workshop.say(f"Making the environment “{name}” …")
        _print_made(workshop, name, workshop.create(name, order), as_json=as_json)


@env_commands.command()
def update(
    name: Name,
    *,
    requirements: Annotated[
        Path | None, typer.Option(help="Another requirements file [default: the same, with newer versions].")
    ] = None,
    allow_source_builds: SourceBuilds = False,
    data: Data = None,
    python: Python = None,
    as_json: AsJson = False,
) -> None:
    """Make an environment anew beside the old one, then switch; if that fails, the old one stays."""
    with _workshop(data, python) as workshop:
        text = None if requirements is None else _read(requirements)
        workshop.say(f"Making the environment “{name}” anew …")
        facts = workshop.update(name, text, source_builds=allow_source_builds)
        _print_made(workshop, name, facts, as_json=as_json)


@env_commands.command(name="list")
def list_(*, data: Data = None, python: Python = None, as_json: AsJson = False) -> None:
    """Print every environment there is, with its packages."""
    with _workshop(data, python) as workshop:
        standings = workshop.standings()
    if as_json:
        typer.echo(json.dumps([_described(standing) for standing in standings]))
        return
    for standing in standings:
        fits = "" if standing.fits else "  (made for another Python; “pythonide env update” makes it anew)"
        typer.echo(f"{standing.name}{fits}")
        typer.echo(
            "    " + (", ".join(f"{name} {version}" for name, version in standing.distributions) or "no packages")
        )


@env_commands.command()
def remove(name: Name, *, data: Data = None, as_json: AsJson = False) -> None:
    """Remove an environment that no course has chosen; programs that run in it go on to their end."""
    with _workshop(data, None) as workshop:
        _refuse_if_chosen(settings_of({"data": data}), name)
        workshop.remove(name)
    typer.echo(json.dumps({"removed": name}) if as_json else f"The environment “{name}” is removed.")


@contextmanager
def _workshop(data: Path | None, python: Path | None) -> Generator[Workshop]:
    logs.configure("CRITICAL", as_json=False)  # what goes wrong is said in a sentence
    settings = settings_of({"data": data, "python": python})
    with explained():
        found = find(settings.python)
        prepare_data_directory(settings.data, account_of(settings))
        yield workshop_of(settings, found)


def _refuse_if_chosen(settings: Settings, name: str) -> None:
    from pythonide.app import administering  # noqa: PLC0415 - `pythonide serve` reads this module too, and must start fast

    keys = administering.courses_with_environment(settings, name)
    if keys:
        give_up(
            f"Programs of {', '.join(keys)} run in “{name}”. Choose another first, for each: pythonide course policy {keys[0]} --environment default"
        )


def _read(file: Path) -> str:
    try:
        return read_requirements(file)
    except RequirementsError as error:
        give_up(str(error))


def _print_made(workshop: Workshop, name: str, facts: Facts, *, as_json: bool) -> None:
    if as_json:
        (made,) = (standing for standing in workshop.standings() if standing.name == name)
        typer.echo(json.dumps(_described(made)))
        return
    typer.echo(f"The environment “{name}” is ready; a running server gives it to programs within seconds.")
    if facts.warm:
        typer.echo(f"Imported beforehand: {', '.join(facts.warm)}")
    for note in facts.notes:
        typer.echo(note)


def _described(standing: Standing) -> dict[str, object]:
    facts = standing.facts
    return {
        "name": standing.name,
        "own": standing.name in NAMES,
        "fits": standing.fits,
        "packages": dict(standing.distributions),
        "warm": list(facts.warm) if facts else [],
        "notes": list(facts.notes) if facts else [],
        "source_builds": facts.source_builds if facts else False,
    }
