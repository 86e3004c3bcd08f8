"""Where there is no Linux the command says so, and what to do, instead of failing in an import."""

import subprocess
import sys

import pytest

from pythonide.app.entry import WRONG_SYSTEM

PRETEND = """
import sys
sys.platform = {system!r}
for name in {missing!r}:
    sys.modules[name] = None  # importing it raises ImportError
from pythonide.app.entry import main
main()
"""


@pytest.mark.parametrize(
    ("system", "missing", "remedy"),
    [("win32", ["fcntl", "termios", "pty", "resource", "pwd", "grp"], "WSL 2"), ("darwin", [], "virtual machine")],
)
def test_other_systems_get_a_plain_answer(system: str, missing: list[str], remedy: str) -> None:
    code = PRETEND.format(system=system, missing=missing)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == WRONG_SYSTEM, done.stderr
    assert remedy in done.stderr
    assert "Traceback" not in done.stderr


def test_on_linux_the_command_line_follows() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pythonide.app.entry", "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "doctor" in done.stdout
