"""The command `pythonide`."""

from pathlib import Path
from typing import Annotated

import typer

from pythonide.adapters.environments import SCIENTIFIC, site_packages
from pythonide.adapters.privileges import drop
from pythonide.adapters.students_python import find
from pythonide.app.course_policy import policy
from pythonide.app.environment_commands import env_commands
from pythonide.app.listener import AddressTakenError, listen
from pythonide.app.people import course_commands
from pythonide.app.start import (
    ENVIRONMENTS,
    account_of,
    explained,
    give_up,
    known_environments,
    launch,
    load_page,
    owner_of,
    prepared,
    refuse_a_class_without_linux,
    settings_of,
)
from pythonide.edge.http.static import PageMissingError

cli = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A Python IDE in the browser for whole classes.",
    epilog="Every option can also be set by the environment: --data is PYTHONIDE_DATA, and so on. Exit codes: 0 done, 1 refused with a reason, 2 wrong usage.",
)
FURTHER = (
    "The first start installs the students' Python and, without --demo, prints a one-time link with which the administrator sets a password; "
    "courses are made with “pythonide course create”. Settings without an option are variables of the environment: PYTHONIDE_ and DATABASE, "
    "CERTIFICATE, CERTIFICATE_KEY, PUBLIC_ORIGIN, ALLOWED_HOSTS, TRUSTED_PROXIES, SERVICE_UID, SERVICE_GID, DEMO_STUDENTS, "
    "LOG_LEVEL, LOG_JSON, PAGE."
)
course_commands.command()(policy)
cli.add_typer(course_commands, name="course")
cli.add_typer(env_commands, name="env")

Data = Annotated[Path | None, typer.Option(help="Folder of the database and the students' files [default: .data].")]
Python = Annotated[
    Path | None, typer.Option(help="Interpreter for students' programs [default: the one that runs the server].")
]


@cli.callback()
def about() -> None:
    """A Python IDE in the browser for whole classes."""


@cli.command(epilog=FURTHER)
def serve(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Make a demo class; print a link for each person.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on [default: 127.0.0.1].")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one [default: 8000].")] = None,
    data: Data = None,
    python: Python = None,
    allow_insecure: Annotated[
        bool, typer.Option("--allow-insecure", help="Serve other machines without TLS; exposes every password.")
    ] = False,
    single_user: Annotated[
        bool,
        typer.Option(
            "--single-user",
            help="Serve the person at this machine only; programs run unprotected if the machine cannot keep them apart.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON when the server is ready.")] = False,
) -> None:
    """Start the server; Ctrl+C or SIGTERM stops it, and every run with it."""
    given = {"host": host, "port": port, "data": data, "python": python}
    flags = {"demo": demo, "allow_insecure": allow_insecure, "single_user": single_user}
    settings = settings_of(given | {name: True for name, set_ in flags.items() if set_})
    refuse_a_class_without_linux(settings)
    try:
        page = load_page(settings)
        listener = listen(settings)
    except (PageMissingError, AddressTakenError) as error:
        give_up(str(error))
    with explained(), prepared(settings) as students:
        known = known_environments(settings, students)
        launcher = launch(settings, students, known)
        # The launcher warms its interpreters while these modules load; ahead of `drop`, so that byte code can be written.
        from pythonide.app import serving  # noqa: PLC0415 - see above

        drop(account_of(settings), settings.data)
        serving.run(settings, page, listener, serving.Programs(launcher, students, known), as_json=as_json)


@cli.command()
def setup(data: Data = None, python: Python = None) -> None:
    """Make the students' Python; `serve` does it too where it is missing or outdated."""
    settings = settings_of({"data": data, "python": python})
    with explained(), prepared(settings) as students:
        typer.echo(f"The students' Python {students.short} is ready in {settings.data / ENVIRONMENTS}")


@cli.command()
def doctor(
    *,
    data: Data = None,
    python: Python = None,
    capacity: Annotated[
        bool, typer.Option("--capacity", help="Measure for about 20 seconds how much this machine carries, too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Run a program in the real sandbox; say what this machine gives, what is missing, and the remedy.

    Exit codes: 0 a class can work here; 1 it can, with the limits listed; 2 it cannot.
    """
    from pythonide.adapters.sandbox.capacity import measure_capacity  # noqa: PLC0415 - see the next line
    from pythonide.adapters.sandbox.trial import try_out  # noqa: PLC0415 - `serve` reads this module too, and must start fast
    from pythonide.app import doctor as examination  # noqa: PLC0415 - likewise
    from pythonide.app import logs  # noqa: PLC0415 - likewise

    logs.configure("CRITICAL", as_json=False)  # the report says what went wrong
    settings = settings_of({"data": data, "python": python})
    with explained():
        students = find(settings.python)
        owner = owner_of(settings)
    packages = site_packages(settings.data / ENVIRONMENTS / SCIENTIFIC, students)
    subject = examination.Subject(settings.data, students.program, f"SQLite in {settings.data}", packages)
    where = (settings.data, students.prefix, owner)
    measure = (lambda: measure_capacity(*where)) if capacity else None
    raise SystemExit(examination.run(subject, lambda: try_out(*where), measure, json=as_json))


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
