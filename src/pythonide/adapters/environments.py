"""The students' Python packages: a folder beside the data, made once for its Python and its lock file, never the server's own.

environments/3f0c…/    the packages, byte code, fonts found; `key` says what they were made from
environments/bare      links to it: the zygotes differ in what they import beforehand, not in what there is
environments/scientific
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pythonide.adapters.environment_folders import (
    BARE,
    KEY,
    NAMES,
    PLOTS,
    SCIENTIFIC,
    UNFINISHED,
    Say,
    SetUpError,
    alone,
    collect,
    key_in,
    let_everyone_read,
    point,
    point_inside,
    remove,
    site_packages,
)
from pythonide.adapters.students_python import StudentsPython
from pythonide_sandbox.layers import ENVIRONMENT, PYTHON

__all__ = ["BARE", "NAMES", "SCIENTIFIC", "SetUpError", "is_ready", "key_of", "make_environments", "site_packages"]

LOCK = Path(__file__).parent / "scientific.lock"
"""Versions and hashes of what is installed, made from `scientific.in`."""
RECIPE = 2
"""Counts what this module does: a change makes every environment anew."""
_FONTS = "import sys; sys.path.insert(0, sys.argv[1]); import matplotlib.font_manager"
_MOST_SAID = 600


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
    return all(key_in(environments / name) == key for name in NAMES)


def make_environments(environments: Path, python: StudentsPython, say: Say) -> None:
    """Make what is missing or outdated; half a minute the first time, nothing after that. Raises `SetUpError`.

    Nobody may be running programs: the folder of an outdated environment goes.
    """
    if is_ready(environments, python):
        return
    try:
        with alone(environments, say):
            if not is_ready(environments, python):
                say("Installing the students' Python packages; this takes about half a minute, once …")
                _make(environments, python)
    except OSError as error:
        raise SetUpError(f"The students' Python cannot be made in {environments}: {error}") from error


def _make(environments: Path, python: StudentsPython) -> None:
    key = key_of(python)
    unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=environments))
    try:
        _fill(unfinished, python)
        (unfinished / KEY).write_text(key, "ascii")
        unfinished.chmod(0o755)
        os.sync()  # a power cut must not leave a key without the files it speaks of
        finished = environments / key[:16]
        remove(finished)
        unfinished.rename(finished)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    for name in NAMES:
        point(environments / name, finished.name)
    collect(environments)


def _fill(folder: Path, python: StudentsPython) -> None:
    packages = site_packages(folder, python)
    _install(packages, python)
    shutil.copyfile(PLOTS, packages / PLOTS.name)
    _find_fonts(folder, python)
    _compile(folder, python)
    point_inside(folder, python, PYTHON)
    let_everyone_read(folder)


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
            remove(path)


def _compile(folder: Path, python: StudentsPython) -> None:
    """Write byte code that names the paths runs see, and is believed without a look at the sources' dates.

    A file that does not compile is not an error: packages carry templates and tests that never do.
    """
    names = ["-s", str(folder), "-p", ENVIRONMENT, "--invalidation-mode", "unchecked-hash"]
    _run([str(python.program), "-I", "-m", "compileall", "-qq", "-j", "0", "-x", "/tests?/", *names, str(folder)])


def _run(command: list[str], variables: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
