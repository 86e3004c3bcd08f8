"""The students' Python packages: a folder beside the data, made once for its Python and its lock file, never the server's own.

environments/3f0c…/    the packages, byte code, fonts found; `key` says what they were made from
environments/bare      links to it: the zygotes differ in what they import beforehand, not in what there is
environments/scientific
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from pythonide.adapters.students_python import StudentsPython
from pythonide_sandbox import runner
from pythonide_sandbox.layers import ENVIRONMENT, PYTHON

PLOTS = Path(runner.__file__).with_name("pythonide_plots.py")
"""The matplotlib backend that hands figures to the page; students' programs import it by its bare name."""
LOCK = Path(__file__).parent / "scientific.lock"
"""Versions and hashes of what is installed, made from `scientific.in`."""
BARE, SCIENTIFIC = "bare", "scientific"
NAMES = (BARE, SCIENTIFIC)
RECIPE = 1
"""Counts what this module does: a change makes every environment anew."""
KEY = "key"
UNFINISHED = ".unfinished-"
_FONTS = "import sys; sys.path.insert(0, sys.argv[1]); import matplotlib.font_manager"
_MOST_SAID = 600

Say = Callable[[str], None]


class SetUpError(Exception):
    """An environment could not be made; the message says what to do."""


def site_packages(folder: Path, python: StudentsPython) -> Path:
    """Return where an environment keeps its packages."""
    return folder / "lib" / python.name / "site-packages"


def key_of(python: StudentsPython) -> str:
    """Identify what an environment is made from: when it changes, the environment is made anew."""
    parts = [str(RECIPE), ".".join(map(str, python.version)), python.cache_tag, platform.machine()]
    digest = hashlib.sha256("\0".join(parts).encode())
    for file in (LOCK, PLOTS):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_ready(environments: Path, python: StudentsPython) -> bool:
    """Tell whether every environment is there, whole, and made from what would be installed now."""
    key = key_of(python)
    return all(_read(environments / name / KEY) == key for name in NAMES)


def make_environments(environments: Path, python: StudentsPython, say: Say) -> None:
    """Make what is missing or outdated; half a minute the first time, nothing after that. Raises `SetUpError`.

    Nobody may be running programs: the folder of an outdated environment goes.
    """
    if is_ready(environments, python):
        return
    try:
        with _alone(environments, say):
            if not is_ready(environments, python):
                say("Installing the students' Python packages; this takes about half a minute, once …")
                _make(environments, python)
    except OSError as error:
        raise SetUpError(f"The students' Python cannot be made in {environments}: {error}") from error


@contextmanager
def _alone(environments: Path, say: Say) -> Generator[None]:
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


def _make(environments: Path, python: StudentsPython) -> None:
    key = key_of(python)
    unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=environments))
    try:
        _fill(unfinished, python)
        (unfinished / KEY).write_text(key, "ascii")
        unfinished.chmod(0o755)
        os.sync()  # a power cut must not leave a key without the files it speaks of
        finished = environments / key[:16]
        _remove(finished)
        unfinished.rename(finished)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    for name in NAMES:
        _point(environments / name, finished.name)
    for path in environments.iterdir():  # outdated ones, and what interrupted set-ups left
        if path.name not in (*NAMES, finished.name):
            _remove(path)


def _fill(folder: Path, python: StudentsPython) -> None:
    packages = site_packages(folder, python)
    _install(packages, python)
    shutil.copyfile(PLOTS, packages / PLOTS.name)
    _find_fonts(folder, python)
    _compile(folder, python)
    _point_inside(folder, python)
    _let_everyone_read(folder)


def _install(target: Path, python: StudentsPython) -> None:
    # Copied, not linked: what students' programs read is never the same file as somebody's package cache.
    options = ["--quiet", "--no-progress", "--link-mode", "copy", "--only-binary", ":all:", "--require-hashes"]
    command = [sys.executable, "-m", "uv", "pip", "install", *options, "--python", str(python.program)]
    done = _run([*command, "--target", str(target), "--requirements", str(LOCK)])
    if done.returncode != 0:
        raise SetUpError(
            f"The students' Python packages could not be installed for Python {python.short}:\n{done.stderr.strip()[-_MOST_SAID:]}\n"
            "Is there a network? A proxy is named by HTTPS_PROXY, a mirror by UV_DEFAULT_INDEX. Then run again: pythonide setup"
        )
    shutil.rmtree(target / "bin", ignore_errors=True)  # scripts that name the host's interpreter
    (target / ".lock").unlink(missing_ok=True)


def _find_fonts(folder: Path, python: StudentsPython) -> None:
    """Let matplotlib look for fonts now: it costs the first plot of every run a second otherwise."""
    cache = folder / "mplconfig"
    cache.mkdir()
    variables = {"MPLCONFIGDIR": str(cache), "HOME": "/nonexistent", "PATH": "/usr/local/bin:/usr/bin:/bin"}
    command = [str(python.program), "-I", "-B", "-c", _FONTS, str(site_packages(folder, python))]
    done = _run(command, variables)
    if done.returncode != 0:
        raise SetUpError(
            f"matplotlib does not start in Python {python.short}:\n{done.stderr.strip()[-_MOST_SAID:]}\n"
            "Name another Python with --python, then run: pythonide setup"
        )
    for path in cache.iterdir():
        if not path.name.startswith("fontlist"):
            _remove(path)


def _compile(folder: Path, python: StudentsPython) -> None:
    """Write byte code that names the paths runs see, and is believed without a look at the sources' dates.

    A file that does not compile is not an error: packages carry templates and tests that never do.
    """
    names = ["-s", str(folder), "-p", ENVIRONMENT, "--invalidation-mode", "unchecked-hash"]
    _run([str(python.program), "-I", "-m", "compileall", "-qq", "-j", "0", "-x", "/tests?/", *names, str(folder)])


def _point_inside(folder: Path, python: StudentsPython) -> None:
    """Make it a virtual environment as runs see it: the interpreter is at /opt/python there, and no host path is named."""
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text(f"home = {PYTHON}/bin\n", "utf-8")
    for name in ("python", "python3"):
        (folder / "bin" / name).symlink_to(f"{PYTHON}/bin/{python.name}")


def _let_everyone_read(folder: Path) -> None:
    """Runs have user ids of their own, and whoever sets up may have a strict umask."""
    for path, _, files in os.walk(folder):
        os.chmod(path, 0o755)  # noqa: S103 - packages, for everyone to read
        for name in files:
            file = os.path.join(path, name)
            if not os.path.islink(file):
                os.chmod(file, 0o644)


def _run(command: list[str], variables: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def _point(link: Path, target: str) -> None:
    fresh = link.with_name(f"{UNFINISHED}{link.name}")
    _remove(fresh)
    fresh.symlink_to(target)
    if link.is_dir() and not link.is_symlink():
        _remove(link)
    fresh.replace(link)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _read(file: Path) -> str | None:
    try:
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return None
