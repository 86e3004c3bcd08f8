"""The page: when it is stale, and how it is built."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

SKIP = {"node_modules", "dist", "coverage", ".vite", "test-results"}
STAMP = ".stamp"


class BuildError(Exception):
    """The page cannot be built; the message says what to do."""


def sources(root: Path) -> Iterator[Path]:
    """Every file that the page is made of, in a stable order."""
    for folder, folders, files in os.walk(root / "web"):
        folders[:] = sorted(set(folders) - SKIP)
        yield from (Path(folder) / name for name in sorted(files))


def digest(root: Path) -> str:
    """Return the SHA-256 of names and contents of the page's sources."""
    total = hashlib.sha256()
    for file in sources(root):
        total.update(f"{file.relative_to(root).as_posix()}\0".encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def output(root: Path) -> Path:
    """Return the folder of the built page."""
    return root / "src" / "pythonide" / "web"


def is_stale(root: Path) -> bool:
    """Tell whether the page must be built; without sources (in an sdist) whatever is there is right."""
    if not (root / "web" / "package.json").exists():
        return False
    stamp = output(root) / STAMP
    return not stamp.exists() or stamp.read_text() != digest(root)


def build(root: Path, programs: Path) -> None:
    """Install the locked packages and build with Vite, whose configuration says where to; raises `BuildError`.

    `programs` is the folder of `node`. The stamp comes last: a build that failed half-way is repeated.
    """
    web = root / "web"
    node = str(programs / "node")
    made_from = digest(root)
    install(web, node, programs)
    output(root).mkdir(exist_ok=True)
    vite = ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"]
    _call([node, *vite], web, programs, "Vite cannot build the page; see above.")
    (output(root) / STAMP).write_text(made_from)


def install(web: Path, node: str, programs: Path) -> None:
    """Run `npm ci` unless node_modules is what the lock file says."""
    lock = web / "package-lock.json"
    stamp = web / "node_modules" / STAMP
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    npm = programs.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    problem = "npm cannot install the page's packages. Is there a network? A mirror belongs into npm's configuration."
    _call(
        [node, str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"],
        web,
        programs,
        problem,
    )
    stamp.write_text(wanted)


def _call(command: list[str], folder: Path, programs: Path, problem: str) -> None:
    environment = {**os.environ, "PATH": os.pathsep.join([str(programs), os.environ.get("PATH", "")])}
    if subprocess.run(command, cwd=folder, env=environment, check=False).returncode != 0:
        raise BuildError(problem)
