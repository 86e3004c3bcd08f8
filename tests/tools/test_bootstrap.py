"""What is missing is said, with its remedy."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import test as suites

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "uv.lock", "hatch_build.py", "tools/bootstrap.py"):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, target)
    return tmp_path


def bootstrap(clone: Path, before: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    program = str(clone / "tools" / "bootstrap.py")
    code = f"import sys, runpy\n{before}\nsys.argv = [{program!r}, 'demo']\nrunpy.run_path({program!r}, run_name='__main__')"
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def test_an_old_python_is_named(clone: Path) -> None:
    done = bootstrap(clone, "sys.version_info = (3, 9, 1)")
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "make PYTHON=" in done.stderr
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_in_parts_is_named(clone: Path, module: str) -> None:
    done = bootstrap(clone, f"sys.modules[{module!r}] = None")
    assert done.returncode == 1
    assert f"no module “{module}”" in done.stderr
    assert "apt install python3." in done.stderr


def test_a_missing_network_is_named(clone: Path) -> None:
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "0"}
    done = bootstrap(clone, **nowhere, PIP_FIND_LINKS="", PIP_NO_CACHE_DIR="1")
    assert done.returncode == 1
    assert "pip cannot install uv" in done.stderr
    assert "network" in done.stderr


def test_it_runs_on_python_3_6() -> None:
    source = (ROOT / "tools" / "bootstrap.py").read_text(encoding="utf-8")
    assert ast.parse(source, feature_version=(3, 6))


def test_a_missing_browser_is_a_failure_with_a_remedy(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "CHROMIUM"}
    environment["PATH"] = str(tmp_path)
    command = [sys.executable, "-m", "tools.test"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "apt install chromium" in done.stderr


def test_a_named_browser_that_is_not_there_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nonexistent/chromium")
    assert suites.find_browser() is None
