"""Named environments: made from a requirements file beside the old one, tried out in the sandbox, then switched in one step.

Wheels are unpacked, and nothing of a package runs before it runs in a sandbox; what builds has as few rights as can be.
"""

import os
import re
import secrets
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pythonide.adapters.environment_folders import (
    FACTS,
    KEY,
    NAMES,
    PLOTS,
    UNFINISHED,
    Facts,
    Say,
    SetUpError,
    alone,
    collect,
    fitting_key,
    key_in,
    let_everyone_read,
    modules_in,
    named,
    on_linux,
    point,
    point_inside,
    remove,
    site_packages,
    tree,
)
from pythonide.adapters.least_privilege import Confined
from pythonide.adapters.requirement_files import RequirementsError, check_requirements
from pythonide.adapters.sandbox.launcher import LauncherConfig
from pythonide.adapters.students_python import StudentsPython
from pythonide_sandbox.layers import ENVIRONMENT, PYTHON

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}[a-z0-9]")
_FOLDER = re.compile(r"[0-9a-f]{16}")
MOST = 16
"""How many named environments an installation has: each has interpreters of its own."""
_MOST_SAID = 1200
_REQUIREMENTS = "requirements.txt"


@dataclass(frozen=True)
class Order:
    """What an environment is to be made from."""

    requirements: str
    source_builds: bool = False
    """Whether code of packages may run while they are installed."""


@dataclass(frozen=True)
class Standing:
    """One environment as it is now."""

    name: str
    facts: Facts | None
    """`None` for those that every installation has, and where nothing can be read."""
    fits: bool
    """Whether it was made for the Python that would serve now."""
    distributions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Workshop:
    """Where named environments are made, for which Python, and what a download needs to know."""

    config: LauncherConfig
    python: StudentsPython
    variables: Mapping[str, str]
    say: Say

    @property
    def environments(self) -> Path:
        """Where they lie."""
        return self.config.environments

    # --- what people ask for

    def create(self, name: str, order: Order) -> Facts:
        """Make a new environment. Raises `SetUpError`."""
        _check_name(name)
        with alone(self.environments, self.say):
            there = named(self.environments)
            if name in there:
                raise SetUpError(f"There is an environment “{name}” already. To change it: pythonide env update {name}")
            if len(set(there) - set(NAMES)) >= MOST:
                raise SetUpError(
                    f"There are {MOST} environments, the most there may be. Remove one: pythonide env remove"
                )
            return self._make(name, order)

    def update(self, name: str, requirements: str | None, *, source_builds: bool) -> Facts:
        """Make it anew, from another file or with newer versions; until that has worked, the old one stays. Raises `SetUpError`."""
        with alone(self.environments, self.say):
            folder = self._find(name)
            if requirements is None:
                facts = Facts.read(folder)
                if facts is None:
                    raise SetUpError(f"What “{name}” was made from cannot be read. Name the file with --requirements.")
                requirements = facts.requirements
            return self._make(name, Order(requirements, source_builds))

    def remove(self, name: str) -> None:
        """Take the name away; the packages go when no program uses them any more. Raises `SetUpError`."""
        with alone(self.environments, self.say):
            self._find(name)
            (self.environments / name).unlink()
            collect(self.environments)

    def refresh(self) -> None:
        """Make anew those that were made for another Python; who cannot be is said and left as it is."""
        for standing in self.standings():
            if standing.fits or standing.facts is None:
                continue
            self.say(f"Making the environment “{standing.name}” for Python {self.python.short} …")
            try:
                self.update(standing.name, None, source_builds=standing.facts.source_builds)
            except SetUpError as error:
                self.say(f"Programs cannot use the environment “{standing.name}” until it is made anew: {error}")

    def standings(self) -> list[Standing]:
        """Return every environment there is, by name."""
        fitting = fitting_key(self.python)
        found: list[Standing] = []
        for name, target in named(self.environments).items():
            folder = self.environments / target
            own = name in NAMES
            facts = None if own else Facts.read(folder)
            fits = key_in(folder) is not None if own else key_in(folder) == fitting
            found.append(Standing(name, facts, fits, _distributions(site_packages(folder, self.python))))
        return found

    # --- making one

    def _find(self, name: str) -> Path:
        if name in NAMES:
            raise SetUpError(f"“{name}” belongs to every installation and is looked after by “pythonide setup”.")
        target = named(self.environments).get(name)
        if target is None:
            raise SetUpError(f"There is no environment “{name}”. Those there are: pythonide env list")
        return self.environments / target

    def _make(self, name: str, order: Order) -> Facts:
        try:
            check_requirements(order.requirements, "The requirements file")
        except RequirementsError as error:
            raise SetUpError(str(error)) from error
        unfinished = self.environments / f"{UNFINISHED}{secrets.token_hex(8)}"
        finished = self.environments / secrets.token_hex(8)
        try:
            unfinished.mkdir(mode=0o755)
            self._fill(unfinished, order)
            unfinished.rename(finished)
            facts = self._try_out(finished, order)
            facts.write(finished)
            (finished / KEY).write_text(fitting_key(self.python), "ascii")
            for file in (FACTS, KEY):
                (finished / file).chmod(0o644)
            os.sync()  # a power cut must not leave a name without the files it speaks of
            point(self.environments / name, finished.name)
        except OSError as error:
            raise SetUpError(f"The environment “{name}” cannot be made in {self.environments}: {error}") from error
        finally:
            collect(self.environments)
        return facts

    def _fill(self, folder: Path, order: Order) -> None:
        place = Confined(folder / "work", (self.python.prefix,), self.variables)
        place.prepare()
        packages = place.work / "packages"
        place.give(packages)
        (place.work / _REQUIREMENTS).write_text(order.requirements, "utf-8")
        (place.work / _REQUIREMENTS).chmod(0o644)
        self._install(place, packages, order)
        remove(packages / PLOTS.name)
        shutil.copyfile(PLOTS, packages / PLOTS.name)
        self._compile(place, packages)
        final = site_packages(folder, self.python)
        final.parent.mkdir(parents=True)
        _take_over(packages)
        packages.rename(final)
        shutil.rmtree(place.work)
        point_inside(folder, self.python, PYTHON)
        let_everyone_read(folder)

    def _install(self, place: Confined, packages: Path, order: Order) -> None:
        # No cache: what an earlier build left there, a later one would believe.
        options = ["--quiet", "--no-progress", "--no-cache", "--link-mode", "copy"]
        options += [] if order.source_builds else ["--only-binary", ":all:"]
        target = ["--python", str(self.python.program), "--target", packages.name]
        command = [sys.executable, "-m", "uv", "pip", "install", *options, *target]
        done = place.run([*command, "--requirements", _REQUIREMENTS])
        if done.returncode != 0:
            hint = "" if order.source_builds else " A package without wheels needs --allow-source-builds."
            raise SetUpError(
                f"The packages could not be installed for Python {self.python.short}:\n{done.stderr.strip()[-_MOST_SAID:]}\n"
                f"Is there a network? A proxy is named by HTTPS_PROXY, a mirror by UV_DEFAULT_INDEX.{hint}"
            )
        remove(packages / "bin")  # scripts that name the host's interpreter
        remove(packages / ".lock")

    def _compile(self, place: Confined, packages: Path) -> None:
        """Write byte code that names the paths runs see; a file that does not compile is not an error."""
        inside = f"{ENVIRONMENT}/lib/{self.python.name}/site-packages"
        names = ["-s", packages.name, "-p", inside, "--invalidation-mode", "unchecked-hash"]
        place.run(
            [
                str(self.python.program),
                "-I",
                "-m",
                "compileall",
                "-qq",
                "-j",
                "0",
                "-x",
                "/tests?/",
                *names,
                packages.name,
            ]
        )

    def _try_out(self, finished: Path, order: Order) -> Facts:
        modules = modules_in(site_packages(finished, self.python))
        if not on_linux():
            return Facts(order.requirements, order.source_builds)
        from pythonide.adapters.sandbox.measuring import measure  # noqa: PLC0415 - `serve` reads this module too, and must start fast

        public = {module for module in modules if not module.startswith("_")}
        found = measure(self.config, finished.name, public)
        if found.failure:
            raise SetUpError(f"No program runs in the new environment: {found.failure}")
        if found.fonts:
            _keep_fonts(finished / "mplconfig", found.fonts)
        broken = tuple(f"“{name}” cannot be imported: {why}" for name, why in found.broken.items())
        return Facts(order.requirements, order.source_builds, found.warm, broken)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or _FOLDER.fullmatch(name):
        raise SetUpError(
            f"“{name}” cannot be the name of an environment: use 2 to 32 small letters, digits and “-”, such as “data-science”."
        )
    if name in NAMES:
        raise SetUpError(f"“{name}” belongs to every installation; choose another name.")


def _take_over(packages: Path) -> None:
    """Make everything ours: whoever wrote it has ended, and nobody else can."""
    for path in tree(packages):
        os.lchown(path, os.geteuid(), os.getegid())


def _keep_fonts(folder: Path, fonts: Mapping[str, bytes]) -> None:
    folder.mkdir(mode=0o755)
    for name, data in fonts.items():
        (folder / name).write_bytes(data)
        (folder / name).chmod(0o644)


def _distributions(packages: Path) -> tuple[tuple[str, str], ...]:
    if not packages.is_dir():
        return ()
    from importlib import metadata  # noqa: PLC0415 - likewise

    found = metadata.distributions(path=[str(packages)])
    return tuple(sorted((item.name, item.version) for item in found))
