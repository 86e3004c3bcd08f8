"""Make .venv with uv in it and install the locked dependencies. Runs on any Python 3, so that an old one can say what is missing.

Usage: python3 tools/bootstrap.py [demo|dev]
"""

import hashlib
import os
import subprocess
import sys

UV = "uv==0.13.9"
OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
GROUPS = {"demo": ["--no-default-groups", "--group", "web", "--inexact"], "dev": []}


def fail(problem, remedy):
    """Say what is missing and what to do about it, and end."""
    sys.exit("\n%s\n  Remedy: %s\n" % (problem, remedy))  # noqa: UP031 - must run on any Python 3


def run(command, problem, remedy):
    """Run a command, its output to the terminal; explain a failure."""
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never", UV_NO_PROGRESS="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    environment.pop("VIRTUAL_ENV", None)
    if subprocess.call(command, cwd=ROOT, env=environment) != 0:
        fail(problem, remedy)


def check_python():
    """Refuse a Python that is too old or lacks the parts which Debian packs apart."""
    version = "%d.%d" % sys.version_info[:2]  # noqa: UP031 - must run on any Python 3
    if sys.version_info < OLDEST:
        fail(
            "PythonIDE needs Python 3.11 or newer; " + sys.executable + " is " + version + ".",
            "install a newer Python, or name one: make PYTHON=/path/to/python3.12 demo",
        )
    try:
        import ensurepip  # noqa: F401, PLC0415 - whether it is there is the question
        import venv  # noqa: F401, PLC0415 - whether it is there is the question
    except ImportError as error:
        fail(
            "This Python has no module “" + str(error.name) + "”, so no virtual environment can be made.",
            "on Debian and Ubuntu: apt install python" + version + "-venv",
        )


def make_environment():
    """Make .venv with a pinned uv in it, once."""
    if not os.path.exists(PYTHON):
        run(
            [sys.executable, "-m", "venv", VENV],
            "The virtual environment " + VENV + " cannot be made.",
            "see the message above; the folder must be writable",
        )
    if not os.path.exists(os.path.join(VENV, "bin", "uv")):
        run(
            [PYTHON, "-m", "pip", "install", "--quiet", UV],
            "pip cannot install " + UV + ".",
            "is there a network? Behind a proxy set HTTPS_PROXY; a mirror belongs into pip's configuration",
        )


def fingerprint():
    """Identify what the environment was made from: a change means syncing again."""
    digest = hashlib.sha256(UV.encode())
    for name in ("pyproject.toml", "uv.lock", "hatch_build.py"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def synced(kind, now):
    """Tell whether this kind, or the larger one, was installed from the present lock file."""
    for stamp in {kind, "dev"}:
        path = os.path.join(VENV, ".synced-" + stamp)
        if os.path.exists(path):
            with open(path) as file:
                if file.read() == now:
                    return True
    return False


def main():
    """Bring .venv up to date; does nothing when it is."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "demo"
    now = fingerprint()
    if os.path.exists(PYTHON) and synced(kind, now):
        return
    check_python()
    make_environment()
    run(
        [os.path.join(VENV, "bin", "uv"), "sync", "--frozen", "--quiet", "--python", PYTHON, *GROUPS[kind]],
        "The locked dependencies cannot be installed.",
        "see the message above; without a network the package caches must hold them",
    )
    with open(os.path.join(VENV, ".synced-" + kind), "w") as file:
        file.write(now)


if __name__ == "__main__":
    main()
