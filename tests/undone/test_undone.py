"""Proofs that bite: each decision is undone in a copy of the product, and its proof must fail there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.undone.requirements import REQUIREMENTS
from tests.undone.rows import ROWS
from tests.undone.texts import TEXTS
from tests.undone.undoing import Undoing

ROOT = Path(__file__).parents[2]
UNDOINGS = (*ROWS, *REQUIREMENTS, *TEXTS)


@pytest.mark.parametrize("undoing", UNDOINGS, ids=lambda undoing: undoing.of)
def test_what_is_undone_is_there(undoing: Undoing) -> None:
    assert (ROOT / undoing.file).read_text().count(undoing.old) == 1
    assert (ROOT / undoing.proof.partition("::")[0]).exists()


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("undoing", UNDOINGS, ids=lambda undoing: undoing.of)
def test_its_proof_fails(undoing: Undoing, tmp_path: Path) -> None:
    tmp_path.parent.chmod(0o755)
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / undoing.file
    file.write_text(file.read_text().replace(undoing.old, undoing.new))
    test = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "", undoing.proof],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert test.returncode == 1, test.stdout
    assert undoing.fails_as in test.stdout, test.stdout
