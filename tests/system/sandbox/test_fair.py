"""Fair processors: each student's programs weigh the same, however many processes or programs they are.

The weights are what is proven here; what they come to is measured by `python -m benchmarks fair-share`.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from pythonide.adapters.sandbox import LauncherConfig
from pythonide.domain.ids import RunId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.ports import Output, Process, Program
from pythonide_sandbox.layers import Tier
from tests.system.looks import children, control_groups, mounts
from tests.system.sandbox.benches import OWNER, PATIENCE, Bench, environment, open_bench, until

HOG = "import os\nfor _ in range(7):\n  if os.fork() == 0: break\nelse:\n  print('go', flush=True)\nwhile True: pass"
BUSY = "print('go', flush=True)\nwhile True: pass"
ASKS = "print('go', flush=True)\ninput()\nwhile True: pass"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    environment(tmp_path)
    config = LauncherConfig(tmp_path, OWNER, preload={"bare": ()}, parked=3, parked_most=3)
    async with open_bench(config) as bench:
        await bench.run("print('warm')")
        if bench.service.tier is not Tier.FULL or not machine_shares_out(bench.launcher):
            pytest.skip(
                "no control group shares processors out here; without, the kernel's own grouping by session does"
            )
        yield bench


def weight(folder: Path) -> int:
    """Return how much of the processors a group gets beside its neighbours, 0 if it is no group of processors."""
    for name in ("cpu.shares", "cpu.weight"):
        try:
            return int((folder / name).read_text())
        except OSError:
            continue
    return 0


def machine_shares_out(launcher: int) -> bool:
    """Tell whether this machine has the controller, whatever the launcher makes of it."""
    rights = [line.split(" - ")[1].split(" ", 2) for line in mounts(os.getpid())]
    first = any(kind == "cgroup" and "cpu" in options.split(",") for kind, _, options in rights)
    delegated = [folder / "cgroup.controllers" for folder in control_groups(launcher)]
    return first or any("cpu" in file.read_text().split() for file in delegated if file.exists())


def parent_of_all(launcher: int) -> Path:
    """Return the group below which all runs are, in the hierarchy that shares processors out."""
    (parent,) = [folder for folder in control_groups(launcher) if weight(folder)]
    return parent


def members(parent: Path) -> dict[Path, list[int]]:
    """Return the processes in each run's group; runs that are over may go while we look."""
    found: dict[Path, list[int]] = {}
    for folder in parent.iterdir():
        try:
            found[folder] = [int(pid) for pid in (folder / "cgroup.procs").read_text().split()]
        except OSError:
            continue
    return found


def of_students(parent: Path) -> dict[Path, list[int]]:
    """Return the groups that are somebody's: only a student's program has a workspace."""
    return {folder: pids for folder, pids in members(parent).items() if any(has_workspace(pid) for pid in pids)}


def has_workspace(pid: int) -> bool:
    try:
        return any("/workspaces/" in mount for mount in mounts(pid))
    except OSError:
        return False


async def said_go(process: Process) -> None:
    output = b""
    while b"go" not in output and (event := await process.receive()) is not None:
        output += event.data if isinstance(event, Output) else b""


async def test_a_parked_sandbox_is_weighed_before_anybody_has_it(bench: Bench) -> None:
    (zygote,) = bench.zygotes()
    # A sandbox is told to go on, and forks what becomes the script, only after it was put into its group.
    await until(lambda: len(inits := children(zygote)) == 3 and all(children(init) for init in inits))
    grouped = list(members(parent_of_all(bench.launcher)).values())
    for init in children(zygote):
        assert {init, *children(init)} in [set(pids) for pids in grouped]


async def test_a_program_of_eight_processes_weighs_as_much_as_one_of_one(bench: Bench) -> None:
    parent = parent_of_all(bench.launcher)
    with anyio.fail_after(PATIENCE):
        async with bench.started(HOG) as hog, bench.started(BUSY) as other:
            await said_go(hog)
            await said_go(other)
            groups = of_students(parent)
            assert sorted(len(pids) for pids in groups.values()) == [2, 9], "an init each, and eight processes or one"
            (one,) = {weight(folder) for folder in groups}
            assert weight(parent) == 4 * one * (os.cpu_count() or 1), "as four processes on each processor"
            assert (parent / "cgroup.procs").read_text() == "", "nobody stands beside the runs' groups"


async def test_programs_of_one_student_share_what_one_student_gets(bench: Bench) -> None:
    """Only those that do something count: a prompt that waits takes nothing from the program beside it."""
    spec = bench.spec(BUSY)
    (bench.config.workspaces / spec.workspace / "asks.py").write_text(ASKS)
    again = replace(spec, run=RunId(new_id()))
    main, asks = (Program(WorkspacePath(name), (), interactive=False) for name in ("main.py", "asks.py"))
    parent = parent_of_all(bench.launcher)

    def weights() -> list[int]:
        return sorted(weight(folder) for folder in of_students(parent))

    with anyio.fail_after(PATIENCE):
        async with bench.service.open(spec) as first, first.running(main) as busy:
            await said_go(busy)
            (one,) = weights()
            async with bench.service.open(again) as second, second.running(asks) as asking:
                await said_go(asking)
                await until(lambda: weights() == [one, one])  # it waits for input
                await asking.write(b"\n")
                await until(lambda: weights() == [one // 2, one // 2])
            await until(lambda: weights() == [one])
