"""The command `pythonide` before anything is loaded that only Linux has."""

import importlib
import sys

WRONG_SYSTEM = 2
NEEDS_LINUX = """\
PythonIDE runs students' programs on Linux only: elsewhere nothing keeps one program from the files of the others, so
the server does not start here.
- Windows: install WSL 2 (wsl --install) and run PythonIDE in it; the page then opens in the browser of Windows.
- macOS: run it in a virtual machine with Linux, or on another machine; the page needs nothing but a browser.
"""


def main() -> None:
    """Say plainly where this system cannot serve; run the command line otherwise."""
    if not sys.platform.startswith("linux"):
        sys.stderr.write(NEEDS_LINUX)
        raise SystemExit(WRONG_SYSTEM)
    importlib.import_module("pythonide.app.cli").main()


if __name__ == "__main__":
    main()
