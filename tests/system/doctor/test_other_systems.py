"""Windows itself is told what to do instead of failing in an import (for macOS see `tests/system/start`)."""

import subprocess
import sys

from pythonide.app.entry import WRONG_SYSTEM

PRETEND = """
import sys
sys.platform = {system!r}
for name in {missing!r}:
    sys.modules[name] = None  # importing it raises ImportError
from pythonide.app.entry import main
main()
"""


def test_windows_gets_a_plain_answer() -> None:
    code = PRETEND.format(system="win32", missing=["fcntl", "termios", "pty", "resource", "pwd", "grp"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == WRONG_SYSTEM, done.stderr
    assert "WSL 2" in done.stderr
    assert "Traceback" not in done.stderr


def test_on_linux_the_command_line_follows() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pythonide.app.entry", "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "doctor" in done.stdout
