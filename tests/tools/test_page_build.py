"""The page is built when its sources changed, and only then."""

from pathlib import Path

import pytest

from tools.build.page import digest, is_stale, output


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "package.json").write_text("{}")
    (tmp_path / "web" / "src" / "main.ts").write_text("1")
    output(tmp_path).mkdir(parents=True)
    return tmp_path


def built(root: Path) -> None:
    (output(root) / ".stamp").write_text(digest(root))


def test_never_built_is_stale(root: Path) -> None:
    assert is_stale(root)


def test_built_is_fresh(root: Path) -> None:
    built(root)
    assert not is_stale(root)


def test_a_changed_file_makes_it_stale(root: Path) -> None:
    built(root)
    (root / "web" / "src" / "main.ts").write_text("2")
    assert is_stale(root)


def test_a_renamed_file_makes_it_stale(root: Path) -> None:
    built(root)
    (root / "web" / "src" / "main.ts").rename(root / "web" / "src" / "other.ts")
    assert is_stale(root)


@pytest.mark.parametrize("folder", ["node_modules", "dist", "coverage"])
def test_what_tools_write_does_not(root: Path, folder: str) -> None:
    built(root)
    (root / "web" / folder).mkdir()
    (root / "web" / folder / "x.js").write_text("x")
    assert not is_stale(root)


def test_without_sources_nothing_is_stale(root: Path) -> None:
    (root / "web" / "package.json").unlink()
    assert not is_stale(root)
