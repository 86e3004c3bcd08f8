"""Make .venv with uv in it and install the locked dependencies. Runs on Python 3.6 too, so that an old one can say what is missing.

Usage: python3 tools/bootstrap.py [demo|dev|bench]
"""

import hashlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

UV = "uv==0.13.9"
OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV_PROGRAM = VENV / "bin" / "uv"
GROUPS = {"demo": ["--no-default-groups", "--group", "web", "--inexact"], "dev": [], "bench": ["--group", "bench"]}
"""Kinds of environment, each a part of the next."""


def fail(problem: str, remedy: str) -> NoReturn:
    """Say what is missing and what to do about it, and end."""
    sys.exit(f"\n{problem}\n  Remedy: {remedy}\n")


def run(command: "list[str]", problem: str, remedy: str) -> None:
    """Run a command, its output to the terminal; explain a failure."""
    environment = dict(
        os.environ,
        UV_PYTHON_DOWNLOADS="never",
        UV_NO_PROGRESS="1",
        PYTHONIDE_SKIP_WEB="1",
        PIP_DISABLE_PIP_VERSION_CHECK="1",
    )
    environment.pop("VIRTUAL_ENV", None)
    if subprocess.call(command, cwd=str(ROOT), env=environment) != 0:
        fail(problem, remedy)


def check_python() -> None:
    """Refuse a Python that is too old or lacks the parts which Debian packs apart."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if sys.version_info < OLDEST:
        fail(
            f"PythonIDE needs Python 3.11 or newer; {sys.executable} is {version}.",
            "install a newer Python, or name one: make PYTHON=/path/to/python3.12 demo",
        )
    for module in ("venv", "ensurepip"):
        if find_spec(module) is None:
            fail(
                f"{sys.executable} has no module “{module}”, so no virtual environment can be made.",
                f"on Debian and Ubuntu: apt install python{version}-venv",
            )


def make_environment() -> None:
    """Make .venv with a pinned uv in it, once."""
    if not PYTHON.exists():
        run(
            [sys.executable, "-m", "venv", str(VENV)],
            f"The virtual environment {VENV} cannot be made.",
            "see the message above; the folder must be writable",
        )
    if not UV_PROGRAM.exists():
        run(
            [str(PYTHON), "-m", "pip", "install", "--quiet", UV],
            f"pip cannot install {UV}.",
            "is there a network? Behind a proxy set HTTPS_PROXY; a mirror belongs into pip's configuration",
        )


def fingerprint() -> str:
    """Identify what the environment was made from: a change means syncing again."""
    digest = hashlib.sha256(UV.encode())
    for name in ("pyproject.toml", "uv.lock", "hatch_build.py"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def synced(kind: str, now: str) -> bool:
    """Tell whether this kind, or a larger one, was installed from the present lock file."""
    kinds = list(GROUPS)
    stamps = [VENV / f".synced-{one}" for one in kinds[kinds.index(kind) :]]
    return any(stamp.exists() and stamp.read_text() == now for stamp in stamps)


def main() -> None:
    """Bring .venv up to date; does nothing when it is."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "demo"
    now = fingerprint()
    if PYTHON.exists() and synced(kind, now):
        return
    check_python()
    make_environment()
    run(
        [str(UV_PROGRAM), "sync", "--frozen", "--quiet", "--compile-bytecode", "--python", str(PYTHON), *GROUPS[kind]],
        "The locked dependencies cannot be installed.",
        "see the message above; without a network the package caches must hold them",
    )
    (VENV / f".synced-{kind}").write_text(now)


if __name__ == "__main__":
    main()
