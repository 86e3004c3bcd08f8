"""The command `pythonide` as a process of its own, and what it leaves behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 90
PYTHONIDE = [sys.executable, "-m", "pythonide.app.cli"]


def variables(**more: str) -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if not name.startswith("PYTHONIDE_")}, **more}


def pythonide(*words: str | Path, around: Sequence[str] = (), **more: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    command = [*around, *PYTHONIDE, *map(str, words)]
    return subprocess.run(command, env=variables(**more), capture_output=True, text=True, timeout=SECONDS, check=False)


@dataclass
class Served:
    """A server that has said it is ready."""

    process: subprocess.Popen[str]
    said: dict[str, Any]

    @property
    def address(self) -> str:
        return self.said["address"]

    @property
    def links(self) -> dict[str, str]:
        return {link["name"]: link["url"] for link in self.said["links"]}

    def family(self) -> set[int]:
        """Every process that descends from the server now, itself included."""
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            children.setdefault(parent, []).append(int(stat.parent.name))
        found, known = [self.process.pid], {self.process.pid}
        while found:
            more = children.get(found.pop(), [])
            known |= set(more)
            found += more
        return known

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(SECONDS)


@contextmanager
def serving(data: Path, *words: str, around: Sequence[str] = (), **more: str) -> Iterator[Served]:
    """Serve until the block ends; the server may have been stopped by then. `around` is a command that runs the command."""
    command = [*around, *PYTHONIDE, "serve", "--json", "--port", "0", "--data", str(data), *words]
    with subprocess.Popen(
        command, env=variables(**more), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield Served(process, json.loads(process.stdout.readline()))
        finally:
            if process.poll() is None:
                process.terminate()


def alive(processes: set[int]) -> set[int]:
    return {number for number in processes if Path(f"/proc/{number}").exists()}
