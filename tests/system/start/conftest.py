from pathlib import Path

import pytest

from tools.demo_server import share_environments


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory in which only the students' Python is there already: making it takes a download."""
    share_environments(tmp_path / "data")
    return tmp_path / "data"
