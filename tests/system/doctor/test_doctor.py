"""The doctor as people call it, before anything was installed."""

import json
import subprocess
import sys
from pathlib import Path


def test_the_tier_is_the_machines_before_anything_is_installed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pythonide.app.entry", "doctor", "--json", "--data", str(tmp_path / "data")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert report["tier"] in ("A", "B"), done.stdout
    assert not (tmp_path / "data").exists(), "it only looks"
