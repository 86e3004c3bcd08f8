"""The import contracts fire: for each of them one forbidden import is planted in a copy of the sources."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

PLANTED = [
    ("layers", "src/pythonide/domain/planted.py", "import pythonide.protocol"),
    ("layers", "src/pythonide/features/planted_layer.py", "import pythonide.edge"),
    ("layers", "src/pythonide/edge/planted.py", "import pythonide.adapters"),
    ("layers", "src/pythonide/planted_without_a_place/__init__.py", ""),
    ("features", "src/pythonide/features/identity/planted.py", "import pythonide.features.courses"),
    ("features", "src/pythonide/features/planted_without_a_place/__init__.py", ""),
    ("pure", "src/pythonide/execution/planted.py", "import fastapi"),
    ("pure", "src/pythonide/protocol/planted.py", "import sqlalchemy"),
    ("domain", "src/pythonide/domain/planted.py", "import msgspec"),
    ("sandbox", "src/pythonide_sandbox/planted.py", "import pythonide.domain"),
    ("sandbox-only-from-adapters", "src/pythonide/features/runs/planted.py", "import pythonide_sandbox"),
    ("client", "src/pythonide_client/planted.py", "import pythonide.features"),
]


def lint(root: Path, contract: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    command = [
        str(program),
        "--no-cache",
        "--no-logo",
        "--config",
        str(root / "pyproject.toml"),
        "--contract",
        contract,
    ]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("layers")
    ignore = shutil.ignore_patterns("web", "__pycache__", "content")
    shutil.copytree(ROOT / "src", root / "src", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.mark.parametrize(("contract", "path", "line"), PLANTED, ids=[f"{c}-{Path(p).parts[2]}" for c, p, _ in PLANTED])
def test_fires(copy: Path, contract: str, path: str, line: str) -> None:
    file = copy / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(f'"""Planted."""\n\n{line}\n')
    try:
        done = lint(copy, contract)
    finally:
        file.unlink()
        if not any(file.parent.glob("*.py")):
            shutil.rmtree(file.parent)
    assert done.returncode != 0, done.stdout
    assert "planted" in done.stdout + done.stderr


def test_every_contract_is_planted() -> None:
    config: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {contract["id"] for contract in config["tool"]["importlinter"]["contracts"]}
    assert contracts == {contract for contract, _, _ in PLANTED}
