"""Rows 14 and 19 of the failure modes: programs that never want to end, or take all there is, end as a whole and leave nothing."""

import os
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import RunId, new_id
from pythonide.domain.runs import Limit
from pythonide.ports import SandboxSpec
from pythonide_sandbox.layers import Tier
from tests.hostile.bench import TIERS, hostile_ground
from tests.hostile.ground import (
    MOST_OUTPUT,
    Ground,
    Seen,
    descendants,
    drain,
    processes_in,
    processes_with,
    with_limits,
    zombies,
)

STUBBORN = ("catch_all", "exit_loop", "c_loop", "recursion", "deaf", "become_shell")
"""Burn processor time and let nobody interrupt them."""
ASLEEP = ("stop_self", "deaf_terminal", "fork_bomb", "fork_bomb_wild", "escape_flood", "channel_close")
"""Would stay for ever; only whoever started them ends them."""
SAID = {"escape_flood": b"\x1b]52", "channel_close": None, "fork_bomb": b"LIMIT"}


async def test_processor_time_ends_what_cannot_be_interrupted(ground: Ground) -> None:
    """Row 19, all at once: none of them slows the end of another."""
    ends: dict[str, Limit | None] = {}

    async def one(program: str) -> None:
        limits = with_limits(cpu_seconds=1)
        seen = await ground.run(program, workspace=ground.new_workspace(), limits=limits, within=120)
        assert seen.end is not None
        assert "BEGUN" in seen.text
        ends[program] = seen.end.limit

    async with anyio.create_task_group() as group:
        for program in STUBBORN:
            group.start_soon(one, program)
    assert ends == dict.fromkeys(STUBBORN, Limit.CPU)


@pytest.mark.parametrize("program", ASLEEP)
async def test_a_kill_ends_the_whole_sandbox(program: str, ground: Ground) -> None:
    seen = Seen()
    with anyio.fail_after(60):
        async with ground.running(program, workspace=ground.new_workspace()) as process:
            if (word := SAID.get(program, b"BEGUN")) is not None:
                assert await drain(process, seen, until=word)
            process.interrupt()
            process.kill()
            end = await process.wait()
    assert "NO LIMIT" not in seen.text
    assert end.exit_code != 0
    assert (await ground.run("bystander_quick", workspace=ground.new_workspace())).text == "HERE\n"


@pytest.mark.parametrize("program", ["memory_bomb_many", "memory_shared_map"])
async def test_memory_of_all_processes_together_is_bounded(program: str, ground: Ground) -> None:
    seen = await ground.run(program, workspace=ground.new_workspace())
    assert "NO LIMIT" not in seen.text
    assert seen.end is not None
    assert seen.end.limit is Limit.MEMORY


async def test_one_process_gets_a_memory_error_it_can_read(ground: Ground) -> None:
    seen = await ground.run("memory_bomb", workspace=ground.new_workspace())
    assert "MemoryError" in seen.text
    assert "NO LIMIT" not in seen.text


async def test_files_in_memory_count_as_memory(ground: Ground, tier: Tier) -> None:
    """Only control groups see them: a listed opening of tier B, where each folder is bounded by itself. At C there are none."""
    seen = await ground.run("memory_in_files", workspace=ground.new_workspace())
    assert seen.end is not None
    if tier is Tier.FULL:
        assert seen.end.limit is Limit.MEMORY
    else:
        assert bool(seen.worked) == (tier is Tier.ROOTLESS)


async def test_what_a_run_writes_in_all_is_bounded(ground: Ground) -> None:
    """Each file is small enough; eight times the largest file is the most for all of them, give or take one look."""
    workspace = ground.new_workspace()
    seen = await ground.run("disk_flood", "4000", workspace=workspace, limits=with_limits(file_bytes=12 << 20))
    assert seen.end is not None
    assert seen.end.limit is Limit.DISK
    assert "NO LIMIT" not in seen.text


@pytest.mark.skipif(Tier.FULL not in TIERS, reason="only root can make a small disk; the code is the same")
async def test_a_disk_that_is_nearly_full_ends_runs_and_begins_none() -> None:
    """The server must go on when students have filled the disk."""
    async with hostile_ground(Tier.FULL, disk_bytes=40 << 20) as ground:
        assert (await ground.run("bystander_quick", workspace=ground.new_workspace())).text == "HERE\n"
        workspace, flooded = ground.new_workspace(), ground.new_workspace()
        with anyio.fail_after(60):
            async with ground.running("bystander", workspace=workspace) as bystander:
                assert await drain(bystander, Seen(), until=b"HERE")
                seen = await ground.run("disk_flood", "400", workspace=flooded)
                assert "NO LIMIT" not in seen.text
                assert (await bystander.wait()).limit is Limit.DISK_FULL
        with pytest.raises(UnavailableError) as refused:
            async with ground.sandboxes.open(SandboxSpec(RunId(new_id()), workspace, environment="bare")):
                pass
        assert "nearly full" in str(refused.value.details)
        for file in ground.folder(flooded).glob("flood-*"):
            file.unlink()
        assert (await ground.run("bystander_quick", workspace=workspace)).text == "HERE\n"


async def test_threads_are_bounded(ground: Ground) -> None:
    seen = await ground.run("threads_bomb", workspace=ground.new_workspace())
    assert "\nLIMIT " in "\n" + seen.text


async def test_a_flood_is_cut_and_does_not_stop_a_neighbour(ground: Ground) -> None:
    with anyio.fail_after(60):
        async with ground.running("escape_flood", workspace=ground.new_workspace()) as flood:
            seen = Seen()
            assert not await drain(flood, seen, until=b"never said")
            assert len(seen.output) >= MOST_OUTPUT
            assert (await ground.run("bystander_quick", workspace=ground.new_workspace())).text == "HERE\n"


async def test_odd_bytes_come_through_as_they_are(ground: Ground) -> None:
    seen = await ground.run("odd_output", workspace=ground.new_workspace())
    assert bytes(range(32, 128)) in seen.output
    assert seen.output.endswith(b"END \xe2\x82")
    assert seen.end is not None
    assert (seen.end.exit_code, seen.end.lost) == (0, False)


async def test_rubbish_on_the_channel_harms_only_its_own_run(ground: Ground) -> None:
    seen = await ground.run("channel_garbage", workspace=ground.new_workspace())
    assert "DONE" in seen.text
    assert seen.end is not None
    assert seen.end.exit_code >= -64, "the program wrote an exit code of its own into its channel"
    assert (await ground.run("bystander_quick", workspace=ground.new_workspace())).text == "HERE\n"


async def test_a_program_may_end_itself_by_a_signal(ground: Ground) -> None:
    seen = await ground.run("own_signal", workspace=ground.new_workspace())
    assert "STILL HERE" not in seen.text
    assert seen.end is not None
    assert seen.end.exit_code == -15


async def test_daemons_and_zombies_end_with_their_run(ground: Ground) -> None:
    """Row 14: double forks in sessions of their own, deaf to every signal."""
    word = f"daemon-{new_id()}"
    workspace = ground.new_workspace()
    seen = await ground.run("daemons", word, "5", workspace=workspace)
    assert "DAEMONS STARTED" in seen.text
    assert processes_with(word) == []
    assert "LEFT" in (await ground.run("zombies", workspace=workspace)).text
    assert processes_in(workspace, ground.launcher) == []
    with anyio.fail_after(60):
        # An end is told when all of the run is dead; its zygote buries what is left of its init a moment later.
        while set(zombies()) & descendants(ground.launcher):
            await anyio.lowlevel.checkpoint()


async def test_core_files_go_nowhere(ground: Ground) -> None:
    workspace = ground.new_workspace()
    await ground.run("core_dump", workspace=workspace)
    assert [
        name for name in os.listdir(ground.folder(workspace)) if name.startswith("core") and name != "core_dump.py"
    ] == []
    assert list(Path("/").glob("core*")) == []
