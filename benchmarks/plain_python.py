"""The peer alone: how long `python main.py` takes to its first byte on a terminal, alone and thirty at once."""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import Report
from benchmarks.plain import Peer
from benchmarks.scale import Scale

REPEATS = 50
AT_ONCE = 30


def measure(_: Scale) -> Report:
    """Measure with the interpreter that runs the benchmark."""
    report = Report("plain-python", "`python main.py` that prints one line, on a terminal of its own.")
    with tempfile.TemporaryDirectory() as folder:
        peer = Peer([sys.executable], Path(folder), os.environ)
        (peer.folder / "main.py").write_text('print("hello")\n')
        peer.first_byte("main.py")
        report.add("print, alone", [peer.first_byte("main.py") for _ in range(REPEATS)])
        report.add(f"print, {AT_ONCE} at once", peer.first_bytes("main.py", AT_ONCE))
    return report
