"""The example in the reference of the client does what the page says, against a real server."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import pythonide_client
from tools.demo_server import demo_server

PAGE = Path(__file__).parents[3] / "docs/reference/client.md"


@pytest.mark.system
def test_the_example_prints_what_the_page_says(tmp_path: Path) -> None:
    text = PAGE.read_text()
    (example,) = re.findall(r"```python\n(.*?)```", text, re.S)
    (printed,) = re.findall(r"it prints\n\n```\n(.*?)```", text, re.S)
    (tmp_path / "example.py").write_text(example)
    with demo_server(tmp_path / "data") as server:
        link = next(link for name, link in server.links.items() if "(student)" in name)
        example_of = [sys.executable, tmp_path / "example.py", link]
        first, second = (subprocess.run(example_of, capture_output=True, text=True) for _ in range(2))
    assert (first.stdout.split(), first.stderr) == (printed.split(), "")
    assert "SignInError" in second.stderr, "a link works once"


def test_the_page_names_everything() -> None:
    text = PAGE.read_text()
    assert [name for name in pythonide_client.__all__ if name not in text] == []
