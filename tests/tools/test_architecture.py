"""The documents are true: every package is named with the first line of its docstring, and every link and every proof they name exists."""

import re
from pathlib import Path

import pytest

from tools.packages import rows

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")]
PROOF = re.compile(r"`(tests/[\w./-]+)(?:::(\w+))?`")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def test_architecture_names_every_package_and_no_other() -> None:
    named = re.findall(r"^\| `pythonide[\w.]*` \|.*\n", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.MULTILINE)
    assert "".join(named) == rows(), "run make generate"


@pytest.mark.parametrize("document", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])
def test_links_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert not [link for link in links if not (document.parent / link).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])
def test_proofs_that_are_named_exist(document: Path) -> None:
    missing = [
        f"{path}::{name}" if name else path
        for path, name in PROOF.findall(document.read_text(encoding="utf-8"))
        if not (ROOT / path).exists() or f"def {name}(" not in ((ROOT / path).read_text("utf-8") if name else "def (")
    ]
    assert not missing
