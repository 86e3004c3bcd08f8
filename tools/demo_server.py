"""A demo class in a process of its own, for browser tests, system tests and benchmarks."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

START_SECONDS = 120
STOP_SECONDS = 20
LINK = re.compile(r"^\s*(?P<name>\S.*?)\s*:?\s+(?P<link>https?://\S+/sign-in\S+)\s*$")


@dataclass
class DemoServer:
    """A running server: where it is, and the one-time links it printed, by name of the person."""

    process: subprocess.Popen[str]
    data: Path
    links: dict[str, str] = field(default_factory=dict[str, str])
    printed: list[str] = field(default_factory=list[str])
    ready: threading.Event = field(default_factory=threading.Event)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(next(iter(self.links.values())))
        return f"{parts.scheme}://{parts.netloc}"

    def read(self) -> None:
        """Follow what the server prints until it ends; runs in a thread of its own."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)
            if found := LINK.match(line):
                self.links[found["name"]] = found["link"]
            if "Ctrl+C" in line:
                self.ready.set()
        self.ready.set()

    def wait_ready(self) -> None:
        """Return once the server has said that it is up; raise with what it printed if it is not."""
        if not self.ready.wait(START_SECONDS) or self.process.poll() is not None or not self.links:
            raise RuntimeError("the demo server did not start:\n" + "".join(self.printed))


@contextmanager
def demo_server(data: Path, *arguments: str, port: int = 0, **environment: str) -> Generator[DemoServer]:
    """Start a demo class in `data`; end it, politely first, on leaving."""
    command = [sys.executable, "-m", "pythonide.app.cli", "serve", "--demo", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
    )
    server = DemoServer(process, data)
    reader = threading.Thread(target=server.read, name="demo-server-output")
    reader.start()
    try:
        server.wait_ready()
        yield server
    finally:
        stop(process)
        reader.join()


def stop(process: subprocess.Popen[str]) -> None:
    """Interrupt, wait, and kill what does not end."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
