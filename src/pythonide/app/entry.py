"""The command `pythonide` before anything is loaded that Windows has not."""

import importlib
import sys

WRONG_SYSTEM = 2
NEEDS_POSIX = """\
PythonIDE does not run on Windows itself: it has neither the terminals nor the walls between programs that runs need.
Install WSL 2 (wsl --install) and run PythonIDE in it, for a class or for yourself; the page then opens in the browser
of Windows.
"""


def main() -> None:
    """Say plainly where this system cannot serve; run the command line otherwise."""
    if sys.platform == "win32":
        sys.stderr.write(NEEDS_POSIX)
        raise SystemExit(WRONG_SYSTEM)
    importlib.import_module("pythonide.app.cli").main()


if __name__ == "__main__":
    main()
