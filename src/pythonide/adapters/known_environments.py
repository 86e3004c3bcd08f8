"""The environments that a server has now, by looking at their folder: which there are, what they warm, what is in them.

Imports little: the launcher is started with what is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pythonide.adapters.environment_folders import (
    BARE,
    NAMES,
    Facts,
    fitting_key,
    key_in,
    modules_in,
    named,
    site_packages,
)
from pythonide.adapters.sandbox.launcher import PRELOAD
from pythonide.adapters.students_python import StudentsPython


@dataclass(frozen=True)
class Environment:
    """One environment as it was found."""

    folder: str
    """The name of the folder that its own name means now."""
    warm: tuple[str, ...]
    modules: frozenset[str]
    """Top-level modules of its packages."""


class KnownEnvironments:
    """What there is, as of the last look."""

    def __init__(self, environments: Path, python: StudentsPython) -> None:
        self._place = environments
        self._python = python
        self._found: Mapping[str, Environment] = {}

    def look(self) -> Mapping[str, Environment]:
        """Look at the folder; those made for another Python do not count."""
        fitting = fitting_key(self._python)
        found: dict[str, Environment] = {}
        for name, target in named(self._place).items():
            before = self._found.get(name)
            if before is not None and before.folder == target:
                found[name] = before
                continue
            folder = self._place / target
            facts = Facts.read(folder)
            own = name in NAMES
            if own or (facts is not None and key_in(folder) == fitting):
                warm = PRELOAD[name] if own or facts is None else facts.warm
                found[name] = Environment(target, warm, modules_in(site_packages(folder, self._python)))
        self._found = found
        return found

    @property
    def found(self) -> Mapping[str, Environment]:
        """What the last look found, by name."""
        return self._found

    def preload(self) -> dict[str, tuple[str, ...]]:
        """Return what the zygote of each environment imports beforehand, as of the last look."""
        return {name: environment.warm for name, environment in self._found.items()}

    def having(self, module: str) -> tuple[str, ...]:
        """Return the environments that have a top-level module, by name; `bare` has what `scientific` has."""
        found = (name for name, environment in self._found.items() if module in environment.modules)
        return tuple(sorted(name for name in found if name != BARE))
