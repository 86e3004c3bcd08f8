"""Where runs at tier C live: real places beneath the launcher's own folder, because nothing can be mounted elsewhere.

runs/<zygote>/python   links to the interpreter
runs/<zygote>/env      the environment: links to its packages, with a `pyvenv.cfg` that is right here
runs/<zygote>/code     links to this package, for cold starts
runs/<zygote>/<run>    one run's own: `home` and `tmp`; gone with the run
"""

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass

from pythonide_sandbox.landlock import Access, Rule
from pythonide_sandbox.layers import PYTHON, VARIABLES
from pythonide_sandbox.root import system_folders
from pythonide_sandbox.settings import LauncherSettings

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")
_PACKAGE = "pythonide_sandbox"


@dataclass(frozen=True)
class Ground:
    """The folder of one zygote and its runs."""

    path: str

    @property
    def code(self) -> str:
        """What a fresh interpreter puts on `sys.path` to find this package."""
        return f"{self.path}/code"

    @property
    def python(self) -> str:
        """The environment's interpreter."""
        return f"{self.path}/env/bin/python"

    def lay(self, settings: LauncherSettings, environment: str) -> None:
        """Make the folder for the zygote of the environment in this folder."""
        for folder in ("env/bin", "code"):
            os.makedirs(f"{self.path}/{folder}", mode=0o700)
        self._link("python", settings.interpreter)
        self._link(f"code/{_PACKAGE}", f"{settings.code}/{_PACKAGE}")
        for shared in ("lib", "mplconfig"):
            if os.path.isdir(f"{environment}/{shared}"):
                self._link(f"env/{shared}", f"{environment}/{shared}")
        try:
            program = os.readlink(f"{environment}/bin/python").replace(PYTHON, f"{self.path}/python", 1)
        except FileNotFoundError:
            pass  # starting it will say so
        else:
            self._link("env/bin/python", program)
            self._link("env/bin/python3", program)
        with open(f"{self.path}/env/pyvenv.cfg", "w", encoding="utf-8") as file:
            file.write(f"home = {self.path}/python/bin\ninclude-system-site-packages = false\n")

    def _link(self, place: str, target: str) -> None:
        os.symlink(target, f"{self.path}/{place}")

    def private(self, run: int) -> str:
        """Return the folder of the run whose keeper has this process id."""
        return f"{self.path}/{run}"

    def furnish(self, run: int) -> None:
        """Make a run's own folder."""
        home = f"{self.private(run)}/home"
        os.makedirs(f"{home}/.config/matplotlib", mode=0o700)
        os.mkdir(f"{home}/course", 0o700)
        os.mkdir(f"{self.private(run)}/tmp", 0o700)
        fonts = f"{self.path}/env/mplconfig"
        for name in os.listdir(fonts) if os.path.isdir(fonts) else ():
            os.symlink(f"{fonts}/{name}", f"{home}/.config/matplotlib/{name}")

    def variables(self, run: int | None) -> Mapping[str, str]:
        """Return the environment of a run, or of the zygote, which has no folder of its own."""
        own = self.path if run is None else self.private(run)
        return VARIABLES | {
            "PATH": f"{self.path}/env/bin:/usr/local/bin:/usr/bin:/bin",
            "HOME": f"{own}/home",
            "MPLCONFIGDIR": f"{self.path}/env/mplconfig" if run is None else f"{own}/home/.config/matplotlib",
            "TMPDIR": f"{own}/tmp",
        }

    def rules(self, run: int, terminal: str, workspace: int, courses: list[int]) -> list[Rule]:
        """Return all that a run may open. No folder above these can be listed: the names there are other people's."""
        readable = [
            *system_folders(),
            *_SYSTEM_FILES,
            f"{self.path}/python",
            f"{self.path}/env",
            f"{self.path}/env/lib",
            f"{self.path}/env/mplconfig",
            self.code,
            f"{self.code}/{_PACKAGE}",
        ]
        return [
            *((place, Access.READ) for place in readable if os.path.exists(place)),
            *((place, Access.DEVICE) for place in (*_DEVICES, terminal)),
            *((course, Access.READ) for course in courses),
            (workspace, Access.WRITE),
            (self.private(run), Access.WRITE),
        ]


def remove(top: str) -> None:
    """Remove a folder that a student's program filled, however deep and however closed. Nobody may be at work in it.

    What a sick disk does not let go is tried again by whoever is above: zygote, watcher, the next launcher.
    """
    try:
        _remove(top)
    except OSError:
        return


def _remove(top: str) -> None:
    # Folders within folders are moved up first, so that neither depth nor length of a path matters.
    try:
        root = os.open(top, _FOLDER)
    except FileNotFoundError:
        return
    try:
        while names := os.listdir(root):
            for name in names:
                _take_away(name, root, root)
    finally:
        os.close(root)
    os.rmdir(top)


def _take_away(name: str, folder: int, root: int) -> None:
    if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        os.unlink(name, dir_fd=folder)
        return
    os.chmod(name, 0o700, dir_fd=folder)
    if folder != root:
        os.rename(name, secrets.token_hex(16), src_dir_fd=folder, dst_dir_fd=root)
        return
    inside = os.open(name, _FOLDER, dir_fd=root)
    try:
        for each in os.listdir(inside):
            _take_away(each, inside, root)
    finally:
        os.close(inside)
    os.rmdir(name, dir_fd=root)
