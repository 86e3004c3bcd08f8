"""Row 12 of the failure modes at scale: a thousand programs crash while much is typed ahead for them, and memory stays flat."""

import gc
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from pythonide.adapters.clock import SystemClock
from pythonide.adapters.sandbox import LauncherConfig
from pythonide.domain.ids import ClientId
from pythonide.domain.runs import EndReason
from pythonide.execution.input_buffer import CAPACITY
from pythonide.execution.policy import Caps, RunPolicy
from pythonide.execution.supervisor import Supervisor, World, supervising
from tests.fakes.stores import FakeJournal, FakeSlots
from tests.fakes.world import Files
from tests.system.sandbox.benches import OWNER, Bench, environment, open_bench, press_run, until
from tests.system.sandbox.leftovers import assert_nothing_more, keep_temporary_files_in, look, settled

CRASHES = "answer = input('? ')\n1 / int(answer)\n"
TYPED = b"0\n" + b"x" * (2 << 20)
RUNS, FIRST, AT_ONCE = 1000, 200, 8
ROOM = 24 << 20
"""What eight hundred runs may leave: far less than the 50 MB that was queued for them."""


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    environment(tmp_path)
    keep_temporary_files_in(tmp_path, monkeypatch)
    async with open_bench(LauncherConfig(tmp_path, OWNER, preload={"bare": ()}, parked_most=0)) as bench:
        yield bench


async def crash(bench: Bench, supervisor: Supervisor, count: int) -> int:
    """Run so many programs to their end; return how many bytes were queued for them in all."""
    room, queued = anyio.CapacityLimiter(AT_ONCE), 0

    async def one() -> None:
        nonlocal queued
        async with room:
            run = press_run(bench, supervisor, CRASHES, RunPolicy("bare"))
            queued += run.type(ClientId("1" * 32), 0, TYPED)
            await run.finished.wait()
            outcome = run.events.view.outcome
            assert outcome is not None
            assert (outcome.reason, outcome.exit_code) == (EndReason.EXITED, 1)

    async with anyio.create_task_group() as group:
        for _ in range(count):
            group.start_soon(one)
    return queued


def resident_bytes() -> int:
    gc.collect()
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) * 1024


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_a_thousand_crashes_with_much_typed_ahead_leave_no_memory(bench: Bench) -> None:
    await bench.run("print('warm')")
    await until(lambda: settled(bench))
    left = look(bench)
    world = World(SystemClock(), bench.service, FakeSlots(), FakeJournal(), Files(), Caps(finished_per_node=FIRST))
    async with supervising(world) as supervisor:
        await crash(bench, supervisor, FIRST)
        before = resident_bytes()
        queued = await crash(bench, supervisor, RUNS - FIRST)
        assert queued == (RUNS - FIRST) * CAPACITY
        assert resident_bytes() - before < ROOM
        assert supervisor.incidents == 0
    await until(lambda: settled(bench))
    assert_nothing_more(left, look(bench))
