"""A demo class for measurements: a real server at tier A or B, students on real sockets, the peer beside it."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import ROOT
from benchmarks.plain import Peer
from pythonide.adapters.environments import make_environments
from pythonide.adapters.students_python import StudentsPython, find
from pythonide_client import Client, connected, sign_in_by_link
from pythonide_client.client import Json
from tools.demo_server import CACHE, DemoServer, running_server, share_environments

NOBODY = 65534
PRESS_AGAIN_SECONDS = 0.5
SYSTEM_PYTHON = Path("/usr/bin/python3")


class NotHereError(Exception):
    """This machine cannot measure that; the message says why."""


@dataclass(frozen=True)
class School:
    """A running class; `plain` is a virtual environment with the same interpreter and packages, as one would use alone."""

    server: DemoServer
    plain: Path
    trace: "Trace"

    @property
    def folder(self) -> Path:
        """Where the peer's programs lie."""
        return self.plain.parents[2]

    @property
    def peer(self) -> Peer:
        """Plain Python, with caches of its own that are warm after the first run of a program."""
        return Peer([str(self.plain)], self.folder, {**os.environ, **self.variables})

    @property
    def variables(self) -> dict[str, str]:
        """What the peers of every kind find in their environment."""
        return {"MPLBACKEND": "Agg", "MPLCONFIGDIR": str(self.folder / "matplotlib")}

    @property
    def links(self) -> list[str]:
        """The students' sign-in links."""
        return [url for name, url in self.server.links.items() if "(student)" in name]


class Trace:
    """What the traced server has noted of runs that are over."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._runs: dict[str, dict[str, float]] = {}
        self._read = 0

    def first_byte(self, run: str) -> float | None:
        """Return the seconds from the decoded command to the first byte in the output log, if the run had both."""
        with self._file.open(encoding="utf-8") as trace:
            trace.seek(self._read)
            for line in trace:
                noted = json.loads(line)
                self._runs[noted["run"]] = noted
                self._read += len(line)
        noted = self._runs.get(run, {})
        return noted["first byte"] - noted["decoded"] if {"first byte", "decoded"} <= noted.keys() else None


@contextmanager
def school(tier: str, students: int, **sizes: int) -> Generator[School]:
    """Serve a class: at tier A as root, at tier B as an ordinary user with the system's Python. Raises `NotHereError`.

    `sizes` are those of `benchmarks.traced`: `parked` and `live`.
    """
    root = os.geteuid() == 0
    if tier == "A" and not root:
        raise NotHereError("tier A needs root")
    with tempfile.TemporaryDirectory(prefix="pythonide-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        data = place / "data"
        if tier == "B" and root:
            python, packages, command = _ordinary(data)
        else:
            python, packages, command = find(None), CACHE, [sys.executable]
            share_environments(data)
        paths = [str(ROOT), str(ROOT / "src"), *(path for path in sys.path if path.endswith("site-packages"))]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIDE_DEMO_STUDENTS": str(students)}
        environment |= {f"BENCH_{name.upper()}": str(size) for name, size in sizes.items()}
        command += ["-m", "benchmarks.traced", "serve", "--demo"]
        with running_server(data, command, environment=environment) as server:
            yield School(server, _plain(place, python, packages), Trace(data / "trace.jsonl"))


def _ordinary(data: Path) -> tuple[StudentsPython, Path, list[str]]:
    """Prepare to serve as nobody; the interpreter must be one that nobody can read, and as old as ours."""
    python = find(SYSTEM_PYTHON)
    if python.version[:2] != sys.version_info[:2]:
        raise NotHereError(f"{SYSTEM_PYTHON} is {python.short}, the checkout's packages are for another")
    if any(not folder.stat().st_mode & 0o001 for folder in ROOT.parents):
        raise NotHereError("an ordinary user cannot read this checkout")
    packages = CACHE.with_name("environments-system")
    make_environments(packages, python, print)
    data.mkdir()
    (data / "environments").symlink_to(packages)
    os.chown(data, NOBODY, NOBODY)
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return python, packages, [*become, str(SYSTEM_PYTHON)]


def _plain(place: Path, python: StudentsPython, packages: Path) -> Path:
    folder = place / "plain"
    (folder / "bin").mkdir(parents=True)
    home = python.prefix / "bin"
    # Without this line Python would take the packages of its installation too, and what they do at every start.
    alone = "include-system-site-packages = false"
    (folder / "pyvenv.cfg").write_text(f"home = {home}\n{alone}\n", encoding="utf-8")
    (folder / "bin" / "python").symlink_to(home / python.name)
    (folder / "lib").symlink_to(packages.resolve() / "scientific" / "lib")
    return folder / "bin" / "python"


@dataclass(frozen=True)
class Student:
    """One signed-in page."""

    client: Client
    workspace: str

    async def save(self, path: str, text: str) -> None:
        """Make a file."""
        await self.client.ask("file.create", workspace=self.workspace, path=path, text=text)

    async def run(self, path: str) -> tuple[str, int]:
        """Press Run and follow it; return the run and its channel."""
        run = (await self.client.ask("run.start", workspace=self.workspace, path=path))["run"]
        return run, await self.follow(run)

    async def follow(self, run: str) -> int:
        """Attach to a run."""
        return (await self.client.ask("run.attach", run=run))["channel"]

    async def sees(self, channel: int, text: bytes) -> None:
        """Return once the console shows `text`."""
        while text not in self.client.output.get(channel, b""):
            await self.client.receive()

    async def hears(self, kind: str, run: str) -> Json:
        """Return the run's event of this kind."""
        while not (event := self.heard(kind, run)):
            await self.client.receive()
        return event

    def heard(self, kind: str, run: str) -> Json | None:
        """Return the run's event of this kind, if it has come."""
        events = self.client.events
        return next((one for one in events if one["type"] == kind and one["stream"] == f"run:{run}"), None)

    async def end(self, run: str, channel: int) -> None:
        """Press Stop twice and leave the prompt if one is there, until the run is over: a bomb's children each have a prompt."""
        typed = 0
        while not self.heard("run.finished", run):
            for _ in range(2):
                await self.client.ask("run.stop", run=run)
            if self.client.output.get(channel, b"").endswith(b">>> "):
                await self.client.type(channel, typed, b"\x04")
                typed += 1
            try:
                async with asyncio.timeout(PRESS_AGAIN_SECONDS):
                    await self.hears("run.finished", run)
            except TimeoutError:
                continue

    async def leave(self, run: str, channel: int) -> None:
        """End the prompt and wait until nothing of the run is left."""
        await self.sees(channel, b">>> ")
        await self.client.type(channel, 0, b"\x04")
        await self.hears("run.finished", run)


@asynccontextmanager
async def signed_in(links: list[str]) -> AsyncGenerator[list[Student]]:
    """Sign everybody in."""
    async with AsyncExitStack() as stack:
        students: list[Student] = []
        for link in links:
            client = await stack.enter_async_context(connected(await sign_in_by_link(link)))
            students.append(Student(client, client.welcome["workspaces"][0]["workspace"]))
        yield students
