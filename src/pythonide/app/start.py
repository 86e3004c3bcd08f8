"""What happens before anything is served: settings, rights, the students' Python, the launcher.

Imports little: the launcher warms its interpreters while the server's own modules load.
"""

import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NoReturn

import typer
from pydantic import ValidationError

from pythonide.adapters.capacity import measure
from pythonide.adapters.data_claim import DataInUseError, claimed
from pythonide.adapters.environments import SetUpError, make_environments
from pythonide.adapters.known_environments import KnownEnvironments
from pythonide.adapters.named_environments import Workshop
from pythonide.adapters.privileges import PrivilegesError, ServiceAccount, prepare_data_directory
from pythonide.adapters.sandbox.launcher import Launcher, LauncherConfig, start_keeper
from pythonide.adapters.students_python import NoPythonError, StudentsPython, find
from pythonide.app.settings import PREFIX, Settings, download_variables, unknown_variables
from pythonide.domain.errors import DomainError
from pythonide.edge.http.static import Page
from pythonide.execution.capacity import caps_for, sandboxes_for
from pythonide.execution.policy import Caps

SETUP_ERROR = 1
ENVIRONMENTS = "environments"
NEEDS_LINUX = (
    "Programs cannot be kept apart on this system (tier D): that takes Linux, so no class can work here. "
    "Run PythonIDE in a virtual machine with Linux, or on another machine; its page needs nothing but a browser. "
    "To work alone, with programs that nothing holds: pythonide serve --single-user."
)


def settings_of(given: Mapping[str, object | None]) -> Settings:
    """Return the settings: the command line's, then the environment's; end with a sentence for each that is wrong."""
    unknown = unknown_variables()
    if unknown:
        give_up(f"There is no setting {', '.join(unknown)}. “pythonide serve --help” names those that exist.")
    try:
        settings = Settings.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        give_up("\n".join(_sentence(fault["loc"], fault["msg"]) for fault in error.errors()))
    return settings.model_copy(update={"data": settings.data.absolute()})


def refuse_a_class_without_linux(settings: Settings) -> None:
    """End where programs could not be kept apart, unless it is for one person who wants it so."""
    if sys.platform != "linux" and not settings.single_user:
        give_up(NEEDS_LINUX)


def give_up(message: str) -> NoReturn:
    """End with a sentence for the person who gave the command."""
    typer.echo(message, err=True)
    raise SystemExit(SETUP_ERROR)


@contextmanager
def explained() -> Generator[None]:
    """Turn what can go wrong before and while serving into a sentence and exit code 1."""
    try:
        yield
    except (DataInUseError, NoPythonError, PrivilegesError, SetUpError) as error:
        give_up(str(error))
    except DomainError as error:
        give_up(f"{error.message} {error.details.get('reason', '')}".strip())


def load_page(settings: Settings) -> Page:
    """Read the page; raises `PageMissingError`."""
    return Page(settings.page or Path(str(resources.files("pythonide"))) / "web")


def account_of(settings: Settings) -> ServiceAccount:
    """Return whom the server becomes when started as root."""
    return ServiceAccount(settings.service_uid, settings.service_gid)


def owner_of(settings: Settings) -> tuple[int, int]:
    """Return uid and gid of the students' files, made or not yet made."""
    try:
        found = settings.data.stat()
    except FileNotFoundError:
        return (settings.service_uid, settings.service_gid) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    return found.st_uid, found.st_gid


@contextmanager
def prepared(settings: Settings) -> Generator[StudentsPython]:
    """Hold the data directory, with the students' Python in it; needs root's rights where the server has them."""
    python = find(settings.python)
    prepare_data_directory(settings.data, account_of(settings))
    with claimed(settings.data):
        make_environments(settings.data / ENVIRONMENTS, python, say)
        workshop_of(settings, python).refresh()
        yield python


def workshop_of(settings: Settings, python: StudentsPython) -> Workshop:
    """Return where named environments are made."""
    config = LauncherConfig(settings.data, owner_of(settings), interpreter=python.prefix)
    return Workshop(config, python, download_variables(), say)


def launch(settings: Settings, python: StudentsPython, known: KnownEnvironments) -> Launcher | None:
    """Start who starts the launcher, for this interpreter and the owner of the data; `None` where there is no Linux to isolate with."""
    if sys.platform != "linux":
        return None
    preload, most = known.preload(), sandboxes_for(caps())
    owner = owner_of(settings)
    return start_keeper(LauncherConfig(settings.data, owner, interpreter=python.prefix, preload=preload, max_runs=most))


@cache
def caps() -> Caps:
    """Return how many runs this machine takes; looked up once, while nothing of it is hidden yet."""
    return caps_for(measure())


def known_environments(settings: Settings, python: StudentsPython) -> KnownEnvironments:
    """Look at what environments there are."""
    known = KnownEnvironments(settings.data / ENVIRONMENTS, python)
    known.look()
    return known


def say(text: str) -> None:
    """Tell the person at the terminal; standard output is for what programs read."""
    typer.echo(text, err=True)
    sys.stderr.flush()


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    name = ".".join(map(str, place))
    reason = message.removeprefix("Value error, ")
    if not name:
        return reason
    return f"{PREFIX}{name.upper()} or --{name.replace('_', '-')}: {reason}"
