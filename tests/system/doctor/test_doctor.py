"""The doctor as people call it: it runs programs to their end, says what came of it, and leaves nothing."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from json import loads
from pathlib import Path
from typing import Any

import pytest

from pythonide.adapters.environments import site_packages
from pythonide.adapters.students_python import find
from tests.system.sandbox.benches import environment
from tools.demo_server import share_environments

PROGRAM = "A program in the sandbox"
SECONDS = 120


def examined(data: Path) -> tuple[int, dict[str, Any], str]:
    """Return exit code, report, and what came of the program."""
    command = [sys.executable, "-m", "pythonide.app.entry", "doctor", "--json", "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.stderr == ""
    report = loads(done.stdout)
    (finding,) = [one for one in report["findings"] if one["name"] == PROGRAM]
    return done.returncode, report, finding["found"]


@pytest.fixture(autouse=True)
def _leaves_nothing(tmp_path: Path) -> Iterator[None]:
    yield
    for folder in (Path(tempfile.gettempdir()), tmp_path, tmp_path / "data"):
        assert not list(folder.glob(".pythonide-doctor-*"))


def test_the_tier_is_the_machines_before_anything_is_installed(tmp_path: Path) -> None:
    _, report, found = examined(tmp_path / "data")
    assert report["tier"] in ("A", "B")
    assert found == "printed and ended, in: bare"
    assert not (tmp_path / "data").exists(), "it only looks"


def test_a_program_runs_in_each_environment_that_is_installed(tmp_path: Path) -> None:
    share_environments(tmp_path / "data")
    before = {path.name for path in (tmp_path / "data").iterdir()}
    code, report, found = examined(tmp_path / "data")
    assert code < 2
    assert report["tier"] in ("A", "B")
    assert found == "printed and ended, in: bare, scientific"
    assert {path.name for path in (tmp_path / "data").iterdir()} == before


PYPLOT = """
import builtins, os
from unittest.mock import MagicMock
figure, close, real = MagicMock(), MagicMock(), print
"""
IN_THE_RUN = PYPLOT + "builtins.print = lambda *said, **how: {} if said == ('it-works',) else real(*said, **how)\n"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("raise ImportError('this package is broken')", "this package is broken"),
        (IN_THE_RUN.format("real('words of its own')"), "the program ended with 0: words of its own"),
        (IN_THE_RUN.format("os._exit(3)"), "the program ended with 3"),
    ],
    ids=["cannot be started", "prints something else", "ends otherwise"],
)
def test_a_program_that_goes_wrong_is_told_whatever_the_parts_give(tmp_path: Path, fault: str, said: str) -> None:
    data = tmp_path / "data"
    data.mkdir(0o700)
    environment(data)
    environment(data, "scientific", numpy="", pandas="")
    pyplot = site_packages(data / "environments" / "scientific", find(None)) / "matplotlib"
    pyplot.mkdir()
    (pyplot / "__init__.py").write_text("")
    (pyplot / "pyplot.py").write_text(fault)
    code, report, found = examined(data)
    assert (code, report["tier"] in ("A", "B")) == (2, True)
    assert said in found
    assert "scientific" in found
