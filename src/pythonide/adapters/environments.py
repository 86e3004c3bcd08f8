"""The students' Python packages: folders beside the data, made once, never the server's own."""

import shutil
import subprocess
import sys
from pathlib import Path

from pythonide_sandbox import runner

PLOTS = Path(runner.__file__).with_name("pythonide_plots.py")
"""The matplotlib backend that hands figures to the page; students' programs import it by its bare name."""
PACKAGES = {"bare": (), "scientific": ("numpy>=2.2,<2.5,!=2.3.3", "pandas>=2.2,<3", "matplotlib>=3.10,<3.11")}
"""Environment name to what is installed in it; versions and hashes stand in `LOCK`, made from `scientific.in`."""
LOCK = Path(__file__).parent / "scientific.lock"


class SetUpError(Exception):
    """An environment could not be made; the message says what to do."""


def site_packages(folder: Path) -> Path:
    """Return where an environment keeps its packages."""
    return folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"


def make_environments(environments: Path) -> None:
    """Make what is missing; takes minutes the first time, nothing after that. Raises `SetUpError`."""
    for name, packages in PACKAGES.items():
        folder = environments / name
        if folder.is_dir():
            continue
        unfinished = environments / f".{name}"
        shutil.rmtree(unfinished, ignore_errors=True)
        site_packages(unfinished).mkdir(parents=True)
        if packages:
            _install(site_packages(unfinished))
            shutil.copy(PLOTS, site_packages(unfinished))
        _point_inside(unfinished)
        unfinished.rename(folder)


def _point_inside(folder: Path) -> None:
    """Make it a virtual environment as runs see it: the interpreter is at /opt/python there, and no host path is named."""
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text("home = /opt/python/bin\n", "utf-8")
    real = f"/opt/python/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    for name in ("python", "python3"):
        (folder / "bin" / name).symlink_to(real)


def _install(target: Path) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(target), "-r", str(LOCK)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetUpError(
            f"The students' Python packages could not be installed: {done.stderr.strip()[-400:]}\nCheck the network, then run: pythonide setup"
        )
    shutil.rmtree(target / "bin", ignore_errors=True)  # scripts that name the host's interpreter
