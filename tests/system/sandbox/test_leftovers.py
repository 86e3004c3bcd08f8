"""Row 14 of the failure modes: however runs end, nothing of them is left, in the server or in the launcher."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from pythonide.adapters.sandbox import LauncherConfig
from pythonide.domain.runs import Limit, Limits
from pythonide.ports import Process
from tests.system.looks import control_groups, descendants, is_zombie
from tests.system.sandbox.benches import OWNER, Bench, environment, open_bench, until
from tests.system.sandbox.leftovers import assert_nothing_more, keep_temporary_files_in, look, settled

DAEMON = "import os, time\nif os.fork() == 0:\n  os.setsid()\n  if os.fork(): os._exit(0)\n  print('go')\n  time.sleep(600)\n"


def stop(process: Process) -> None:
    process.interrupt()


def kill(process: Process) -> None:
    process.kill()


@dataclass(frozen=True)
class Way:
    """A way to end: what the program does, what is done to it once it says "go", what it may use, which limit ends it."""

    source: str
    at_go: Callable[[Process], None] | None = None
    limits: Limits = Limits()
    limit: Limit | None = None
    every: int = 1
    """In one of so many rounds."""


WAYS = {
    "ends at once": Way(""),
    "forks and leaves": Way("import os, time\nif os.fork() == 0:\n  time.sleep(600)"),
    "daemonises": Way(DAEMON + "time.sleep(0.05)"),
    "leaves zombies": Way("import os\nfor _ in range(5):\n  if os.fork() == 0: os._exit(0)\nprint('end')"),
    "is stopped": Way("print('go')\nwhile True: pass", stop),
    "is killed": Way(DAEMON + "time.sleep(600)", kill),
    "has stopped itself": Way("import os, signal\nprint('go', flush=True)\nos.kill(os.getpid(), signal.SIGSTOP)", kill),
    "crashes": Way("import ctypes\nctypes.string_at(0)"),
    "opens what it can": Way("files = [open('/dev/null') for _ in range(100)]\nraise SystemExit(1)"),
    "fills its folders": Way(
        "import tempfile\nfor _ in range(9):\n  tempfile.mkstemp()\nopen('/dev/shm/x', 'w').write('x' * 9999)"
    ),
    "takes too much memory": Way(
        "import os\nfor _ in range(3): os.fork()\nx = bytearray(b'x') * (30 << 20)\nimport time\ntime.sleep(600)",
        limits=Limits(memory_bytes=64 << 20),
        limit=Limit.MEMORY,
        every=4,
    ),
    "computes too long": Way("while True: pass", limits=Limits(cpu_seconds=1), limit=Limit.CPU, every=12),
}


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    environment(tmp_path)
    keep_temporary_files_in(tmp_path, monkeypatch)
    async with open_bench(LauncherConfig(tmp_path, OWNER, preload={"bare": ()}, parked_most=0)) as bench:
        yield bench


async def nothing_is_left(bench: Bench, rounds: int) -> int:
    """Run every way at once, again and again; return how many runs that were."""
    runs = 0

    async def end(way: Way) -> None:
        _, _, ended = await bench.run(way.source, at_go=way.at_go, limits=way.limits)
        assert ended.limit is way.limit

    await bench.run("print('warm')")
    await until(lambda: settled(bench))
    before = look(bench)
    for number in range(rounds):
        ways = [way for way in WAYS.values() if number % way.every == 0]
        async with anyio.create_task_group() as group:
            for way in ways:
                group.start_soon(end, way)
        runs += len(ways)
    await until(lambda: settled(bench))
    assert_nothing_more(before, look(bench))
    return runs


async def test_nothing_is_left_of_runs_however_they_end(bench: Bench) -> None:
    assert await nothing_is_left(bench, rounds=4) >= 40


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_nothing_is_left_of_a_thousand_runs(bench: Bench) -> None:
    assert await nothing_is_left(bench, rounds=97) >= 1000


async def test_nothing_is_left_of_a_launcher_that_ends(tmp_path: Path) -> None:
    environment(tmp_path)
    async with open_bench(LauncherConfig(tmp_path, OWNER, preload={"bare": ()})) as bench:
        await bench.run(DAEMON)
        below = descendants(bench.launcher)
        folders = control_groups(bench.launcher)
        assert below
    await until(
        lambda: not [pid for pid in [bench.launcher, *below] if Path(f"/proc/{pid}").exists() and not is_zombie(pid)]
    )
    assert not [folder for folder in folders if folder.exists()]
