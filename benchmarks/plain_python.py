"""The peer alone: how long `python main.py` takes to its first byte on a terminal, alone and thirty at once."""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import Report
from benchmarks.plain import first_byte, many_first_bytes

REPEATS = 50
AT_ONCE = 30


def measure() -> Report:
    """Measure with the interpreter that runs the benchmark."""
    report = Report("plain-python", "`python main.py` that prints one line, on a terminal of its own.")
    python = Path(sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "main.py"
        program.write_text('print("hello")\n')
        first_byte(python, program, os.environ)
        report.add("print, alone", [first_byte(python, program, os.environ) for _ in range(REPEATS)])
        report.add(f"print, {AT_ONCE} at once", many_first_bytes(python, program, os.environ, AT_ONCE))
    return report
