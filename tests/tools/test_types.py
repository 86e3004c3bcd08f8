"""Strict types are strict: errors that must be found are planted in a file beside the sources' configuration."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

PLANTED = '''"""Planted."""
from enum import Enum

from pythonide.domain.paths import WorkspacePath


class Colour(Enum):
    """Two."""

    RED = 1
    BLUE = 2


async def work() -> int:
    return 1


async def forgets() -> None:
    work()


def incomplete(colour: Colour) -> int:
    match colour:
        case Colour.RED:
            return 1


def untyped(x):
    return x


def joins(path: WorkspacePath) -> None: ...


joins("../etc/passwd")
fine: int = 1  # pyright: ignore[reportAssignmentType]
'''

EXPECTED = {
    "reportUnusedCoroutine",
    "reportMatchNotExhaustive",
    "reportMissingParameterType",
    "reportArgumentType",
    "reportUnnecessaryTypeIgnoreComment",
}


def test_strict(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "planted.py").write_text(PLANTED)
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    command = [str(Path(sys.executable).with_name("pyright")), "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run([*command, "--project", str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False)
    report: dict[str, Any] = json.loads(done.stdout)
    assert {finding.get("rule") for finding in report["generalDiagnostics"]} >= EXPECTED
