"""The capacity is measured by running real programs, and nothing of them is left."""

import os
import sys
from pathlib import Path

from pythonide.adapters.environments import site_packages
from pythonide.adapters.sandbox.capacity import Capacity, measure_capacity
from pythonide.adapters.students_python import find
from tests.system.looks import children
from tests.system.sandbox.benches import OWNER, environment

PREFIX = Path(sys.base_prefix)
SECONDS = 0.5
PYPLOT = "from unittest.mock import MagicMock\nfigure, close = MagicMock(), MagicMock()\n"


def test_programs_really_start_and_have_a_size(tmp_path: Path) -> None:
    before = children(os.getpid())
    found = measure_capacity(tmp_path, PREFIX, OWNER, seconds=SECONDS)
    assert (found.environment, found.why) == ("bare", "")
    assert found.starts_per_second > 0
    assert 1 < found.session_megabytes < 100
    assert found.live_sessions > 1
    assert not list(tmp_path.iterdir())
    assert children(os.getpid()) == before


def test_the_largest_environment_that_is_installed_is_measured(tmp_path: Path) -> None:
    environment(tmp_path)
    environment(tmp_path, "scientific", numpy="", pandas="")
    (pyplot := site_packages(tmp_path / "environments" / "scientific", find(None)) / "matplotlib").mkdir()
    (pyplot / "__init__.py").touch()
    (pyplot / "pyplot.py").write_text(PYPLOT)
    found = measure_capacity(tmp_path, PREFIX, OWNER, seconds=SECONDS)
    assert (found.environment, found.why) == ("scientific", "")


def test_what_cannot_start_is_no_number(tmp_path: Path) -> None:
    environment(tmp_path)
    environment(tmp_path, "scientific", numpy="raise ImportError('this package is broken')")
    found = measure_capacity(tmp_path, PREFIX, OWNER, seconds=SECONDS)
    assert "this package is broken" in found.why
    assert found == Capacity("scientific", why=found.why)
