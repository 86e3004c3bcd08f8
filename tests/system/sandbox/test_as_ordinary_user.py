"""Tiers B and C: the same tests of the sandbox once more, by an ordinary user with a Python that everyone may read."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pythonide_sandbox import landlock

ROOT = Path(__file__).parents[3]
NOBODY = 65534
LIBRARIES = "anyio idna iniconfig msgspec packaging pluggy pytest structlog typing_extensions _pytest sniffio py.py pygments".split()
SUITES = (
    "tests/system/sandbox/test_runs.py",
    "tests/system/sandbox/test_trouble.py",
    "tests/system/sandbox/test_leftovers.py",
    "tests/system/sandbox/test_stubborn.py",
    "tests/contract/sandboxes",
)
AT_C = "tests/system/sandbox/test_without_namespaces.py"
SHORT = (
    "tests/system/sandbox/test_runs.py",
    "tests/contract/sandboxes",
    "-k", "without_namespaces or real or come_back or warm_module or ignores_everything or together",
)  # fmt: skip


def python_for_everyone() -> Path | None:
    """Return an interpreter of this version that another user may run."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for place in (Path(sys.base_prefix) / "bin" / name, Path("/usr/local/bin") / name, Path("/usr/bin") / name):
        if place.exists() and all(folder.stat().st_mode & 0o005 == 0o005 for folder in place.resolve().parents):
            return place
    return None


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A copy of what the tests need, where an ordinary user may read it."""
    folder = Path(tempfile.mkdtemp(prefix="pythonide-ordinary-"))
    folder.chmod(0o755)
    installed = Path(pytest.__file__).parents[1]
    for name in ("src/pythonide", "src/pythonide_sandbox", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("web", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "libraries").mkdir()
    for library in LIBRARIES:
        for found in installed.glob(f"{library}*"):
            copy = shutil.copytree if found.is_dir() else shutil.copy
            copy(found, folder / "libraries" / found.name)
    (folder / "tmp").mkdir()
    os.chown(folder / "tmp", NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.timeout(400)
@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs the tests themselves")
@pytest.mark.parametrize(
    ("tier", "suites"),
    [
        ("B", SHORT),
        ("C", (AT_C, *SHORT)),
        pytest.param("B", SUITES, marks=pytest.mark.long),
        pytest.param("C", (*SUITES, AT_C), marks=pytest.mark.long),
    ],
    ids=["B in short", "C in short", "B", "C"],
)
def test_the_sandbox_holds_its_promises(checkout: Path, tier: str, suites: tuple[str, ...]) -> None:
    if tier == "C" and landlock.version() < landlock.ABI_WITH_SCOPES:
        pytest.skip("tier C needs Landlock 6, so Linux 6.12")
    python = python_for_everyone()
    if python is None:
        pytest.skip(f"no Python {sys.version_info.major}.{sys.version_info.minor} here that an ordinary user may read")
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={checkout / 'tmp' / 'runs'}"]
    done = subprocess.run(
        [*command, *suites],
        cwd=checkout,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{checkout / 'libraries'}:{checkout / 'src'}:{checkout}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONIDE_TEST_TIER": tier,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    print(done.stdout[-300:])
