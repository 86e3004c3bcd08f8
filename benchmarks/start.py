"""Starting a demo class that was set up before: from the call until an address of it answers, and to its end."""

import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.figures import Report
from benchmarks.scale import Scale
from tools.demo_server import demo_server

REPEATS = 5
PEER = "import fastapi, sqlalchemy, uvicorn"


def measure(scale: Scale) -> Report:
    """Alternate with the peer: an interpreter that imports the framework, the database layer and the server, and ends."""
    report = Report("start", "A second `pythonide serve --demo`, until /api/health answers; byte code written.")
    peer, answers, ends = list[float](), list[float](), list[float]()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with demo_server(data):
            pass
        for _ in range(REPEATS if scale.everything else 1):
            peer.append(_import())
            began = time.perf_counter()
            with demo_server(data) as server:
                urllib.request.urlopen(f"{server.origin}/api/health").close()
                answers.append(time.perf_counter() - began)
                began = time.perf_counter()
                server.process.send_signal(signal.SIGTERM)
                server.process.wait()
                ends.append(time.perf_counter() - began)
    beside = report.add(f"python -c “{PEER}”", peer)
    report.add("until it answers", answers, beside=beside)
    report.add("from SIGTERM to the end", ends)
    return report


def _import() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", PEER], check=True)
    return time.perf_counter() - began
