"""A demo class in a process of its own, for browser tests, system tests and benchmarks."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pythonide.adapters import environments
from pythonide.adapters.privileges import ServiceAccount, prepare_data_directory
from pythonide.adapters.students_python import find
from pythonide.app.settings import Settings

START_SECONDS = 120
STOP_SECONDS = 20
CACHE = Path(__file__).parents[1] / ".cache" / "environments"


@dataclass
class DemoServer:
    """A running server: where it is, and the one-time links it printed, by name of the person."""

    process: subprocess.Popen[str]
    data: Path
    origin: str = ""
    links: dict[str, str] = field(default_factory=dict[str, str])
    printed: list[str] = field(default_factory=list[str])
    ready: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        """Follow what the server prints until it ends; runs in a thread of its own."""
        assert self.process.stdout is not None
        with self.process.stdout as output:
            self.follow(output)
        self.ready.set()

    def follow(self, output: Iterable[str]) -> None:
        """Keep every line; the one of JSON says where the server is."""
        for line in output:
            self.printed.append(line)
            if line.startswith('{"address"'):
                said = json.loads(line)
                self.origin = said["address"]
                self.links = {link["name"]: link["url"] for link in said["links"]}
                self.ready.set()

    def wait_ready(self) -> None:
        """Return once the server has said that it is up; raise with what it printed if it is not."""
        if not self.ready.wait(START_SECONDS) or self.process.poll() is not None or not self.links:
            raise RuntimeError("the demo server did not start:\n" + "".join(self.printed))


@contextmanager
def demo_server(data: Path, *arguments: str, port: int = 0, **environment: str) -> Generator[DemoServer]:
    """Start a demo class in `data`; end it, politely first, on leaving. A server that was killed meanwhile is fine."""
    share_environments(data)
    command = [sys.executable, "-m", "pythonide.app.cli", "serve", "--demo", *arguments]
    with running_server(data, command, port=port, environment={**os.environ, **environment}) as server:
        yield server


@contextmanager
def running_server(
    data: Path, command: Sequence[str], *, port: int = 0, environment: Mapping[str, str]
) -> Generator[DemoServer]:
    """Start a server by `command`; end it, politely first, on leaving."""
    process = subprocess.Popen(
        [*command, "--json", "--data", str(data), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**environment, "PYTHONUNBUFFERED": "1"},
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


def share_environments(data: Path) -> None:
    """Give `data` the students' Python by hard links to one that is made once per checkout, which takes a download."""
    if (data / "environments").exists():
        return
    account = Settings()
    prepare_data_directory(data, ServiceAccount(account.service_uid, account.service_gid))
    environments.make_environments(CACHE, find(None), print)
    shutil.copytree(CACHE, data / "environments", symlinks=True, copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # another file system
        shutil.copy2(source, target, follow_symlinks=False)


def stop(process: subprocess.Popen[str]) -> None:
    """Interrupt, wait, and kill what does not end."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
