"""`python -m tools.test [--long | --screenshots]`: every suite, the fast ones first.

Stops at the first suite that fails; with `CI` set all of them run, so that one run tells everything.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import check, node

ROOT = Path(__file__).parents[1]
PYTEST = [sys.executable, "-m", "pytest"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = """
The browser tests need Chromium, and none was found.
  Remedy: apt install chromium     (or set CHROMIUM=/path/to/chrome)
"""


@dataclass(frozen=True)
class Suite:
    """One command of the run."""

    name: str
    command: list[str]
    folder: Path = ROOT
    minutes: int = 20
    """After which it counts as hanging; the whole of `make test` is meant to take less than 12."""


SHORT = [
    Suite("Python", [*PYTEST, "-q"], minutes=20),
    Suite("page: unit", node.command(["npm", "run", "--silent", "test"]), ROOT / "web"),
    Suite(
        "browser",
        [*PYTEST, "-q", "-m", "browser and not long", "tests/browser", "--ignore=tests/browser/test_pictures.py"],
    ),
]
LONG = [Suite("long", [*PYTEST, "-q", "-m", "long"], minutes=55)]
PICTURES = [
    Suite("screenshots", [*PYTEST, "-q", "-m", "browser", "tests/browser/test_pictures.py", "--write-pictures"])
]


def find_browser() -> str | None:
    """Return the Chromium to use: `CHROMIUM`, or the first of the usual names on PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if shutil.which(named) else None
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def run(suite: Suite) -> bool:
    """Run one suite, its output to the terminal."""
    print(f"\n── {suite.name}", flush=True)
    start = time.perf_counter()
    try:
        done = subprocess.run(
            suite.command, cwd=suite.folder, env=node.environment(), check=False, timeout=suite.minutes * 60
        )
        verdict = "ok" if done.returncode == 0 else "FAILED"
    except subprocess.TimeoutExpired:
        verdict = f"FAILED: not done within {suite.minutes} minutes"
    print(f"── {suite.name}: {verdict} ({time.perf_counter() - start:.0f} s)", flush=True)
    return verdict == "ok"


def suites(arguments: list[str]) -> list[Suite]:
    """Return what the command line asks for."""
    if "--long" in arguments:
        return LONG
    return PICTURES if "--screenshots" in arguments else SHORT


def verdicts(arguments: list[str]) -> Iterator[bool]:
    """Run and judge, one after the other."""
    chosen = suites(arguments)
    if chosen is SHORT:
        print("── checks", flush=True)
        yield check.run(check.CHECKS) == 0
    for suite in chosen:
        yield run(suite)


def main() -> int:
    """Return 0 if every suite passed."""
    if find_browser() is None:
        print(NO_BROWSER, file=sys.stderr)
        return 1
    everything = bool(os.environ.get("CI"))
    passed = True
    for verdict in verdicts(sys.argv[1:]):
        passed = passed and verdict
        if not passed and not everything:
            break
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
