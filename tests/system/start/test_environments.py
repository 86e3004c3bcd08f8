"""The students' Python: made once, anew when what it is made from changes, whole whatever happens meanwhile."""

import subprocess
import sys
from pathlib import Path

import pytest

from pythonide.adapters import environments
from pythonide.adapters.environments import NAMES, SetUpError, is_ready, make_environments
from pythonide.adapters.students_python import NoPythonError, find
from tests.system.start.command import variables

MAKE = "import sys; from pathlib import Path; from pythonide.adapters import environments as e, students_python as s; e.make_environments(Path(sys.argv[1]), s.find(None), print)"


def test_what_is_ready_is_left_alone(data: Path) -> None:
    said: list[str] = []
    make_environments(data / "environments", find(None), said.append)
    assert said == []


@pytest.mark.parametrize("changed", ["PLOTS", "LOCK"])
def test_a_change_of_what_it_is_made_from_makes_it_outdated(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    assert is_ready(data / "environments", find(None))
    other = tmp_path / "other"
    other.write_bytes(getattr(environments, changed).read_bytes() + b"\n")
    monkeypatch.setattr(environments, changed, other)
    assert not is_ready(data / "environments", find(None))


def test_two_at_once_after_an_interrupted_one_make_one_that_is_whole(tmp_path: Path) -> None:
    for left in (".unfinished-before", "bare", "0123456789abcdef"):
        (tmp_path / left / "lib").mkdir(parents=True)
    command = [sys.executable, "-c", MAKE, str(tmp_path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables()) for _ in range(2)]
    said = "".join(process.communicate()[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert said.count("Installing") == 1
    assert is_ready(tmp_path, find(None))
    (made,) = {(tmp_path / name).resolve() for name in NAMES}
    assert {path.name for path in tmp_path.iterdir()} == {*NAMES, made.name}
    assert list((made / "mplconfig").glob("fontlist*")), "matplotlib looks for fonts at every first plot"
    packages = environments.site_packages(made, find(None))
    assert (packages / "pythonide_plots.py").exists()
    code = next((packages / "numpy" / "__pycache__").glob("__init__*.pyc")).read_bytes()
    assert b"/opt/env/lib/" in code
    assert str(tmp_path).encode() not in code


def test_a_missing_network_is_named_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    with pytest.raises(SetUpError, match="Is there a network"):
        make_environments(tmp_path / "environments", find(None), print)
    assert list((tmp_path / "environments").iterdir()) == []


def test_a_virtual_environment_stands_for_the_python_it_was_made_from() -> None:
    assert find(Path(sys.executable)) == find(None)


def test_what_is_no_python_is_named() -> None:
    with pytest.raises(NoPythonError, match="is no Python that works"):
        find(Path("/bin/true"))
