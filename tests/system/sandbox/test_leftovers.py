"""Row 14 of the failure modes: however runs end, nothing of them is left, in the server or in the launcher."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import anyio
import pytest

from pythonide.adapters.sandbox import LauncherConfig
from pythonide.ports import Process
from tests.system.looks import (
    children,
    control_groups,
    descendants,
    descriptors,
    groups_of_runs,
    is_zombie,
    mounts,
    opened,
)
from tests.system.sandbox.benches import OWNER, Bench, environment, open_bench, until

DAEMON = "import os, time\nif os.fork() == 0:\n  os.setsid()\n  if os.fork(): os._exit(0)\n  print('go')\n  time.sleep(600)\n"
WAYS = {
    "forks and leaves": "import os, time\nif os.fork() == 0:\n  time.sleep(600)",
    "daemonises": DAEMON + "time.sleep(0.05)",
    "leaves zombies": "import os\nfor _ in range(5):\n  if os.fork() == 0: os._exit(0)\nprint('end')",
    "is stopped": "print('go')\nwhile True: pass",
    "is killed": DAEMON + "time.sleep(600)",
    "crashes": "import ctypes\nctypes.string_at(0)",
    "opens what it can": "files = [open('/dev/null') for _ in range(100)]\nraise SystemExit(1)",
}


@dataclass(frozen=True)
class Left:
    """What a machine would show of runs that are over."""

    processes: int
    zombies: int
    mounts: tuple[int, int]
    descriptors: tuple[int, int]
    groups: int


def look(bench: Bench) -> Left:
    pids = [os.getpid(), bench.launcher]
    below = descendants(bench.launcher)
    return Left(
        processes=len(below),
        zombies=sum(is_zombie(pid) for pid in below + children(os.getpid())),
        mounts=tuple(len(mounts(pid)) for pid in pids),  # type: ignore[arg-type] - two of them
        descriptors=tuple(descriptors(pid) for pid in pids),  # type: ignore[arg-type] - two of them
        groups=groups_of_runs(bench.launcher),
    )


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    environment(tmp_path)
    async with open_bench(LauncherConfig(tmp_path, OWNER, preload={"bare": ()}, parked_most=0)) as bench:
        yield bench


def stop(process: Process) -> None:
    process.interrupt()


def kill(process: Process) -> None:
    process.kill()


async def nothing_is_left(bench: Bench, rounds: int, at_once: int) -> None:
    def settled() -> bool:
        """The launcher watches one zygote and what is parked, each of that an init and the script's process."""
        watched = list(opened(bench.launcher)).count("anon_inode:[pidfd]")
        below = len(descendants(bench.launcher))
        return (watched, below) == (1 + bench.config.parked, 2 + 2 * bench.config.parked)

    await bench.run("print('warm')")
    await until(settled)
    before = look(bench)
    for _ in range(rounds):
        async with anyio.create_task_group() as group:
            for way in list(WAYS)[:at_once]:
                at_go = {"is stopped": stop, "is killed": kill}.get(way)
                group.start_soon(lambda way=way, at_go=at_go: bench.run(WAYS[way], at_go=at_go))
    await until(settled)
    after = look(bench)
    # The first look may meet the channels of a sandbox that is just ending; what leaks would be more after this many runs.
    assert after.descriptors[0] <= before.descriptors[0]
    assert after.descriptors[1] <= before.descriptors[1]
    assert replace(after, descriptors=before.descriptors) == before
    assert before.zombies == 0


async def test_nothing_is_left_of_runs_however_they_end(bench: Bench) -> None:
    await nothing_is_left(bench, rounds=9, at_once=len(WAYS))


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_nothing_is_left_of_a_thousand_runs(bench: Bench) -> None:
    await nothing_is_left(bench, rounds=143, at_once=len(WAYS))


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
