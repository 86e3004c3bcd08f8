"""`python -m benchmarks.soak [SECONDS]`: a class works for hours in a few people's hurry; whatever grows is a failure.

Rounds of mixed work (runs, prompts, stops, kills, floods, pages that go away) on a real server; after each round everybody has left,
and memory, descriptors, processes and control groups are looked at.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from random import Random

from benchmarks.school import Student
from pythonide_client import SignedIn, connected, sign_in_by_link
from pythonide_sandbox import procfs
from tests.system.looks import children, descendants, descriptors, groups_of_runs, is_zombie, mounts
from tools.demo_server import DemoServer, demo_server

HOUR = 3600
STUDENTS = 6
ACTS_A_ROUND = 5
ACT_SECONDS = 120.0
QUIET_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.1
EXACT = -1
FEWEST_ROUNDS = 6
MEGABYTES_ALLOWED = 16.0
SHARE_ALLOWED = 0.1
COUNT_ALLOWED = 8
"""Descriptors, processes and groups: what is parked follows demand, and a database connection may come late."""
PROGRAMS = {
    "hello": "print('hello')\n",
    "imports": "import numpy, pandas\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nprint('drawn')\n",
    "endless": "print('go', flush=True)\nwhile True:\n    pass\n",
    "stubborn": "print('go', flush=True)\nwhile True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass\n",
    "flood": "print('go', flush=True)\nwhile True:\n    print('flood ' * 100)\n",
    "children": "import os, time\nprint('go', flush=True)\nfor _ in range(5):\n    if os.fork() == 0:\n        os.setsid()\n        time.sleep(600)\n",
    "memory": "held = []\nwhile True:\n    held.append(bytearray(1 << 22))\n",
    "fails": "raise ValueError('on purpose')\n",
}
ENDS = ("hello", "imports", "fails", "children")
STOPPED = ("endless", "stubborn", "flood")


@dataclass(frozen=True)
class Look:
    """What a machine shows of a server when nobody runs anything."""

    runs: int
    """How many there have been."""
    server_megabytes: float
    launcher_megabytes: float
    server_descriptors: int
    launcher_descriptors: int
    processes: int
    groups: int
    zombies: int
    left: int
    """Sandboxes that are somebody's though everybody has left."""


def complaints(looks: list[Look]) -> list[str]:
    """Say what has grown between the first and the last third, and what was left; the first look of all warms up."""
    if len(looks) < FEWEST_ROUNDS:
        return [f"only {len(looks)} rounds: too few to judge, at least {FEWEST_ROUNDS} are needed"]
    third = (len(looks) - 1) // 3
    early, late = looks[1 : 1 + third], looks[-third:]
    found = [
        f"{look.left} sandboxes and {look.zombies} zombies were left after {look.runs} runs"
        for look in looks
        if look.left or look.zombies
    ]
    for field in fields(Look)[1:-2]:
        before = statistics.median(getattr(look, field.name) for look in early)
        after = statistics.median(getattr(look, field.name) for look in late)
        allowed = max(MEGABYTES_ALLOWED, before * SHARE_ALLOWED) if "megabytes" in field.name else COUNT_ALLOWED
        if after > before + allowed:
            found.append(f"{field.name} grew from {before:.0f} to {after:.0f}")
    return found


class Soaker:
    """One student, on a page opened anew for each thing that is done."""

    def __init__(self, who: SignedIn, seed: int) -> None:
        self._who = who
        self._chance = Random(seed)
        self.runs = 0

    async def save_all(self) -> None:
        """Make the programs' files."""
        async with connected(self._who) as client:
            student = Student(client, client.welcome["workspaces"][0]["workspace"])
            for name, text in PROGRAMS.items():
                await student.save(f"soak_{name}.py", text)

    async def work(self) -> None:
        """Do some things, one after the other, and leave nothing running."""
        acts: list[Callable[[], Awaitable[None]]] = [self._runs, self._runs, self._stops, self._goes_away, self._bursts]
        for _ in range(ACTS_A_ROUND):
            async with asyncio.timeout(ACT_SECONDS):
                await self._chance.choice(acts)()

    async def _runs(self) -> None:
        await self._on_a_page(self._chance.choice(ENDS), self._leaves)

    async def _stops(self) -> None:
        await self._on_a_page(self._chance.choice(STOPPED), self._is_stopped)

    async def _bursts(self) -> None:
        await self._on_a_page("memory", self._is_stopped)

    async def _goes_away(self) -> None:
        name = self._chance.choice(STOPPED)
        run = await self._on_a_page(name, self._stays)
        async with connected(self._who) as client:
            student = Student(client, client.welcome["workspaces"][0]["workspace"])
            await self._is_stopped(student, run, await student.follow(run))

    async def _on_a_page(self, name: str, then: Callable[[Student, str, int], Awaitable[None]]) -> str:
        async with connected(self._who) as client:
            student = Student(client, client.welcome["workspaces"][0]["workspace"])
            run, channel = await student.run(f"soak_{name}.py")
            self.runs += 1
            await then(student, run, channel)
            return run

    @staticmethod
    async def _leaves(student: Student, run: str, channel: int) -> None:
        await student.leave(run, channel)

    @staticmethod
    async def _stays(student: Student, run: str, channel: int) -> None:
        await student.sees(channel, b"go")

    @staticmethod
    async def _is_stopped(student: Student, run: str, channel: int) -> None:
        await student.end(run, channel)
        finished = await student.hears("run.finished", run)
        if successor := finished["outcome"].get("successor"):
            await student.leave(successor, await student.follow(successor))


async def soak(server: DemoServer, seconds: float, say: Callable[[str], None]) -> list[Look]:
    """Work in rounds until the time is over."""
    links = [link for name, link in server.links.items() if "(student)" in name]
    people = [Soaker(await sign_in_by_link(link), number) for number, link in enumerate(links)]
    for person in people:
        await person.save_all()
    end = time.monotonic() + seconds
    looks: list[Look] = []
    while time.monotonic() < end or len(looks) < FEWEST_ROUNDS:
        async with asyncio.TaskGroup() as group:
            for person in people:
                group.create_task(person.work())
        looks.append(await _quiet(server, sum(person.runs for person in people)))
        say(", ".join(f"{name} {value:.0f}" for name, value in asdict(looks[-1]).items()))
    return looks


async def _quiet(server: DemoServer, runs: int) -> Look:
    """Look once what is parked has been the same twice, or the patience is over: what does not settle is told by the looks."""
    (keeper,) = children(server.process.pid)
    (launcher,) = children(keeper)
    before = -1
    end = time.monotonic() + QUIET_SECONDS
    while (now := len(descendants(launcher))) != before or (_left(launcher) and time.monotonic() < end):
        before = now
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    return Look(
        runs=runs,
        server_megabytes=procfs.memory_bytes([server.process.pid], EXACT) / 1e6,
        launcher_megabytes=procfs.memory_bytes([launcher], EXACT) / 1e6,
        server_descriptors=descriptors(server.process.pid),
        launcher_descriptors=descriptors(launcher),
        processes=before,
        groups=groups_of_runs(launcher),
        zombies=sum(is_zombie(pid) for pid in descendants(launcher)),
        left=_left(launcher),
    )


def _left(launcher: int) -> int:
    return sum(_has_workspace(pid) for pid in descendants(launcher))


def _has_workspace(pid: int) -> bool:
    try:
        return any("/workspaces/" in mount for mount in mounts(pid))
    except OSError:
        return False


def main() -> int:
    """Soak for the time that was asked for; return 1 if anything grew."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else HOUR
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with demo_server(Path(folder) / "data", PYTHONIDE_DEMO_STUDENTS=str(STUDENTS)) as server:
            looks = asyncio.run(soak(server, seconds, lambda line: print(line, flush=True)))
    found = complaints(looks)
    print(
        "\n".join(found)
        or f"nothing grew in {looks[-1].runs} runs, {len(looks)} rounds (load {os.getloadavg()[0]:.1f})"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
