"""How environments lie on disk, who may change them, and what keeps an old one.

environments/3f0c…/    one environment as it was made: packages, byte code; never changed afterwards
environments/bare      a link to it: what the name means now, switched in one step

A zygote holds a shared lock on the folder it was started from, so a folder without a link goes only when nobody uses it.
"""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from pythonide.adapters.students_python import StudentsPython
from pythonide_sandbox import runner

PLOTS = Path(runner.__file__).with_name("pythonide_plots.py")
"""The matplotlib backend that hands figures to the page; students' programs import it by its bare name."""
BARE, SCIENTIFIC = "bare", "scientific"
NAMES = (BARE, SCIENTIFIC)
"""Those that every installation has."""
KEY = "key"
FACTS = "environment.json"
UNFINISHED = ".unfinished-"
_NAMED_RECIPE = 2
"""Counts how named environments are made: a change makes each anew."""
_MOST_FACTS = 1 << 20

Say = Callable[[str], None]


class SetUpError(Exception):
    """An environment could not be made; the message says what to do."""


@dataclass(frozen=True)
class Facts:
    """What a named environment was made from and what its zygote imports beforehand; stored beside the packages."""

    requirements: str
    source_builds: bool = False
    warm: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences for whoever made it, such as which package cannot be imported."""

    def write(self, folder: Path) -> None:
        """Store them in a folder that is not in use yet."""
        (folder / FACTS).write_text(json.dumps(asdict(self), indent=1), "utf-8")

    @staticmethod
    def read(folder: Path) -> "Facts | None":
        """Return what is stored, or `None` if that is damaged or not there."""
        try:
            with (folder / FACTS).open("rb") as file:
                found = cast("dict[str, object]", json.loads(file.read(_MOST_FACTS)))
            warm, notes = (tuple(map(str, cast("list[object]", found[name]))) for name in ("warm", "notes"))
            return Facts(str(found["requirements"]), bool(found["source_builds"]), warm, notes)
        except (OSError, ValueError, LookupError, TypeError):
            return None


def site_packages(folder: Path, python: StudentsPython) -> Path:
    """Return where an environment keeps its packages."""
    return folder / "lib" / python.name / "site-packages"


def fitting_key(python: StudentsPython) -> str:
    """Identify for which Python and by which recipe a named environment is made."""
    parts = [str(_NAMED_RECIPE), ".".join(map(str, python.version)), python.cache_tag, platform.machine()]
    return hashlib.sha256("\0".join(parts).encode() + PLOTS.read_bytes()).hexdigest()


def key_in(folder: Path) -> str | None:
    """Return the key of a finished environment; `None` if it is not there or not whole."""
    try:
        return (folder / KEY).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return None


def named(environments: Path) -> dict[str, str]:
    """Return every environment there is, by name, with the folder that the name means now."""
    found: dict[str, str] = {}
    if not environments.is_dir():
        return found
    for entry in sorted(environments.iterdir()):
        if entry.is_symlink() and not entry.name.startswith(UNFINISHED):
            found[entry.name] = os.readlink(entry)
    return found


def modules_in(packages: Path) -> frozenset[str]:
    """Return the top-level modules in a folder of packages, by the names of its files alone: nothing is imported."""
    if not packages.is_dir():
        return frozenset()
    return frozenset(filter(None, map(_module, packages.iterdir()))) - {PLOTS.stem}


def _module(entry: Path) -> str | None:
    name, dot, kind = entry.name.partition(".")
    if not name.isidentifier() or name == "__pycache__":
        return None
    if entry.is_dir():
        return None if dot else name
    return name if kind == "py" or kind.endswith("so") else None


@contextmanager
def alone(environments: Path, say: Say) -> Generator[None]:
    """Wait until no other set-up is at work on the folder, which must be nobody else's: its code is run as ourselves."""
    environments.mkdir(parents=True, exist_ok=True)
    folder = os.open(environments, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(folder).st_uid != os.geteuid():
            raise SetUpError(
                f"{environments} belongs to somebody else. Remove it, and it is made anew: rm -r {environments}"
            )
        os.fchmod(folder, 0o755)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is at work; waiting for it …")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def point(link: Path, target: str) -> None:
    """Let a name mean another folder from now on, in one step."""
    fresh = link.with_name(f"{UNFINISHED}{link.name}")
    remove(fresh)
    fresh.symlink_to(target)
    if link.is_dir() and not link.is_symlink():
        remove(link)
    fresh.replace(link)


def collect(environments: Path) -> None:
    """Remove what no name means and no zygote uses: outdated ones, and what interrupted set-ups left. Be `alone`."""
    meant = set(named(environments).values())
    for path in environments.iterdir():
        if path.is_symlink() and path.name.startswith(UNFINISHED):
            path.unlink()
        elif not path.is_symlink() and path.name not in meant and not _in_use(path):
            remove(path)


def _in_use(path: Path) -> bool:
    if not path.is_dir():
        return False
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(folder)
    return False


def point_inside(folder: Path, python: StudentsPython, place: str) -> None:
    """Make it a virtual environment as runs see it: the interpreter is at `place` there, and no host path is named."""
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text(f"home = {place}/bin\ninclude-system-site-packages = false\n", "utf-8")
    for name in ("python", "python3"):
        (folder / "bin" / name).symlink_to(f"{place}/bin/{python.name}")


def let_everyone_read(folder: Path) -> None:
    """Runs have user ids of their own, and whoever sets up may have a strict umask."""
    for path, _, files in os.walk(folder):
        os.chmod(path, 0o755)  # noqa: S103 - packages, for everyone to read
        for name in files:
            file = os.path.join(path, name)
            if not os.path.islink(file):
                os.chmod(file, 0o644)


def remove(path: Path) -> None:
    """Remove a file, a link or a whole folder; nothing happens if it is not there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def tree(folder: Path) -> Iterator[Path]:
    """Yield the folder and all it holds; links are yielded, not followed."""
    yield folder
    for path, folders, files in os.walk(folder):
        yield from (Path(path, name) for name in (*folders, *files))


def on_linux() -> bool:
    """Whether there can be sandboxes at all."""
    return sys.platform == "linux"
