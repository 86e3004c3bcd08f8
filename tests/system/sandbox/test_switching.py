"""Zygotes are replaced while programs run: nobody notices, and nothing of the old one is left."""

import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import pytest
from structlog.testing import capture_logs

from pythonide.adapters.environment_folders import collect, point
from pythonide.adapters.sandbox import LauncherConfig
from pythonide.domain.errors import UnavailableError
from pythonide.ports import Output, Process
from tests.system.looks import children, descendants, descriptors, groups_of_runs, mounts, opened
from tests.system.sandbox.benches import OWNER, Bench, environment, open_bench, until

ASKS = "import version\nprint('go', version.number)\ninput()\nimport late\nprint('end', late.number)"
PRINTS = "import version\nprint(version.number)"


def lay(data: Path, number: int) -> None:
    """Lay another version of the environment beside the one in use, and let the name mean it."""
    modules = {"version": f"number = {number}", "late": f"number = {number}"}
    environment(data, f"made-{number}", **modules)
    point(data / "environments" / "bare", f"made-{number}")


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    lay(tmp_path, 1)
    async with open_bench(
        LauncherConfig(tmp_path, OWNER, preload={"bare": ("version",)}, parked=2, parked_most=2)
    ) as bench:
        yield bench


async def heard(process: Process, word: bytes) -> bytes:
    said = b""
    while word not in said:
        event = await process.receive()
        assert event is not None, said
        said += event.data if isinstance(event, Output) else b""
    return said


async def switched(bench: Bench, number: int) -> None:
    """Return once new programs see this version."""
    with anyio.fail_after(60):
        while (await bench.run(PRINTS))[0] != f"{number}\r\n".encode():
            pass


async def test_programs_live_across_a_switch_and_the_old_zygote_ends_with_the_last(bench: Bench) -> None:
    async with bench.started(ASKS) as old:
        await heard(old, b"go 1")
        (before,) = bench.zygotes()
        lay(bench.config.data_dir, 2)
        bench.service.set_up("bare", ["version"])
        await switched(bench, 2)
        collect(bench.config.environments)
        assert sorted(os.listdir(bench.config.environments)) == ["bare", "made-1", "made-2"], "the old one is in use"
        assert before in bench.zygotes()
        assert len(bench.zygotes()) == 2
        await old.write(b"\n")
        assert b"end 1" in await heard(old, b"end")
        assert (await old.wait()).exit_code == 0
    await until(lambda: before not in bench.zygotes() and len(bench.watchers()) == 1)
    collect(bench.config.environments)
    assert sorted(os.listdir(bench.config.environments)) == ["bare", "made-2"]


async def test_switching_again_and_again_leaves_nothing(bench: Bench) -> None:
    def look() -> tuple[int, ...]:
        pidfds = list(opened(bench.launcher)).count("anon_inode:[pidfd]")
        pids = (os.getpid(), bench.launcher)
        counts = [len(descendants(bench.launcher)), pidfds, groups_of_runs(bench.launcher)]
        return (*counts, *(descriptors(pid) for pid in pids), *(len(mounts(pid)) for pid in pids))

    def settled() -> bool:
        """One watcher and zygote; an init and the script's process for each of the two that are parked."""
        return len(descendants(bench.launcher)) == 2 + 2 * 2

    await switched(bench, 1)
    await until(settled)
    before = look()
    for number in range(2, 7):
        async with bench.started(ASKS) as old:
            await heard(old, b"go")
            lay(bench.config.data_dir, number)
            bench.service.set_up("bare", ["version"])
            await switched(bench, number)
        collect(bench.config.environments)
    await until(settled)
    await until(lambda: look() <= before and all(now <= then for now, then in zip(look(), before, strict=True)))
    collect(bench.config.environments)
    assert sorted(os.listdir(bench.config.environments)) == ["bare", "made-6"]


async def test_what_is_the_same_is_not_switched(bench: Bench) -> None:
    await switched(bench, 1)
    (before,) = bench.zygotes()
    bench.service.set_up("bare", ["version"])
    await switched(bench, 1)
    assert bench.zygotes() == [before]


async def test_a_successor_that_does_not_start_leaves_the_old_one_at_work(bench: Bench) -> None:
    await switched(bench, 1)
    with capture_logs() as log:
        environment(bench.config.data_dir, "broken", version="raise ImportError('this one is broken')")
        point(bench.config.environments / "bare", "broken")
        bench.service.set_up("bare", ["version"])
        await until(lambda: any(entry["event"] == "environment_not_switched" for entry in log))
        assert "broken" in next(entry["failure"] for entry in log if entry["event"] == "environment_not_switched")
        assert (await bench.run(PRINTS))[0] == b"1\r\n"
        assert not bench.service.degraded
    lay(bench.config.data_dir, 2)
    bench.service.set_up("bare", ["version"])
    await switched(bench, 2)


async def test_an_environment_comes_and_goes_while_others_run(bench: Bench) -> None:
    environment(bench.config.data_dir, "another", version="number = 7")
    with pytest.raises(UnavailableError):
        await bench.run(PRINTS, environment="another")
    bench.service.set_up("another", ["version"])
    async with bench.started(ASKS, environment="another") as process:
        await heard(process, b"go 7")
        bench.service.forget("another")
        with pytest.raises(UnavailableError):
            await bench.run(PRINTS, environment="another")
        await process.write(b"\n")
        assert (await process.wait()).exit_code == 1, "it goes on to its own end, which is a module that is not there"
    await switched(bench, 1)
    await until(lambda: len(bench.zygotes()) == 1)


async def test_a_name_leads_to_a_folder_beside_it_or_nowhere(
    bench: Bench, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(bench.config.environments / "made-1", elsewhere / "made", symlinks=True)
    (bench.config.environments / "away").symlink_to(elsewhere / "made")
    (bench.config.environments / "up").symlink_to("..")
    for name in ("away", "up", "nowhere"):
        bench.service.set_up(name, [])
        await until(lambda name=name: name in bench.service.notices.failures)
        with pytest.raises(UnavailableError):
            await bench.run("print(1)", environment=name)
    assert "elsewhere" in bench.service.notices.failures["away"]
    assert (await bench.run(PRINTS))[0] == b"1\r\n"


async def test_an_old_zygote_that_is_killed_loses_its_own_runs_only(bench: Bench) -> None:
    async with bench.started(ASKS) as old:
        await heard(old, b"go 1")
        (before,) = bench.zygotes()
        lay(bench.config.data_dir, 2)
        bench.service.set_up("bare", ["version"])
        await switched(bench, 2)
        os.kill(before, signal.SIGKILL)
        assert (await old.wait()).lost
    assert (await bench.run(PRINTS))[0] == b"2\r\n"
    assert not bench.service.degraded


async def test_zygotes_are_recycled_after_so_many_forks_and_so_much_time(tmp_path: Path) -> None:
    lay(tmp_path, 1)
    for forks, seconds in ((8, 3600.0), (20_000, 1.0)):
        config = LauncherConfig(
            tmp_path,
            OWNER,
            preload={"bare": ("version",)},
            parked=1,
            parked_most=1,
            recycle_forks=forks,
            recycle_seconds=seconds,
        )
        async with open_bench(config) as bench, AsyncExitStack() as stack:
            old = await stack.enter_async_context(bench.started(ASKS))
            await heard(old, b"go 1")
            seen = set(bench.zygotes())
            with anyio.fail_after(60):
                while len(seen) < 3:
                    await switched(bench, 1)
                    seen |= set(bench.zygotes())
            await old.write(b"\n")
            assert (await old.wait()).exit_code == 0
            assert len(children(bench.launcher)) <= 3
