"""Which Python students' programs run in: the one that runs the server, or another that was named."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

OLDEST = (3, 11)
_ANSWER_SECONDS = 60
_ASK = (
    "import json, sys; print(json.dumps([sys.base_prefix, list(sys.version_info[:3]), "
    "sys.implementation.name, sys.implementation.cache_tag]))"
)


class NoPythonError(Exception):
    """Students' programs cannot run in this interpreter; the message says why and what to do."""


@dataclass(frozen=True)
class StudentsPython:
    """An interpreter as installed, never a virtual environment; runs see `prefix` as /opt/python."""

    prefix: Path
    version: tuple[int, int, int]
    cache_tag: str

    @property
    def name(self) -> str:
        """Return what the program is called in `bin`, such as `python3.12`."""
        return f"python{self.short}"

    @property
    def short(self) -> str:
        """Return the version as people say it, such as `3.12`."""
        return f"{self.version[0]}.{self.version[1]}"

    @property
    def program(self) -> Path:
        """Return the program itself."""
        return self.prefix / "bin" / self.name


def find(named: Path | None) -> StudentsPython:
    """Return the interpreter that was named, or the server's own. Raises `NoPythonError`."""
    if named is None:
        own = sys.version_info
        tag = sys.implementation.cache_tag or ""
        return _checked(StudentsPython(Path(sys.base_prefix), (own.major, own.minor, own.micro), tag), Path("python3"))
    return _checked(_asked(named), named)


def _asked(named: Path) -> StudentsPython:
    try:
        done = subprocess.run(
            [named, "-I", "-c", _ASK], capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=True
        )
        prefix, version, implementation, tag = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise NoPythonError(
            f"{named} is no Python that works ({error}). Name another with --python, or none to use the server's own."
        ) from error
    if implementation != "cpython":
        raise NoPythonError(
            f"{named} is {implementation}; students' programs need CPython. Name another with --python."
        )
    return StudentsPython(Path(prefix), (version[0], version[1], version[2]), tag)


def _checked(python: StudentsPython, named: Path) -> StudentsPython:
    if python.version < OLDEST:
        raise NoPythonError(
            f"{named} is Python {python.short}; students' programs need 3.11 or newer. Name another with --python."
        )
    if not python.program.exists():
        raise NoPythonError(
            f"{named} has no program {python.program}; name the Python of an ordinary installation with --python."
        )
    return python
