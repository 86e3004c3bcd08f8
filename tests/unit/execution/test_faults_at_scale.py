"""Rows 2 and 12 at scale: hundreds of runs with faults wherever chance wants them, thousands that crash with much typed ahead."""

import gc
import tracemalloc
from dataclasses import replace
from random import Random

import anyio
import pytest
from typing_extensions import override

from pythonide.domain.ids import ClientId, UserId, new_id
from pythonide.domain.runs import EndReason, RunPhase, RunState
from pythonide.execution.input_buffer import CAPACITY
from pythonide.execution.policy import Caps
from pythonide.execution.supervisor import supervising
from tests.fakes.world import FakeWorld, finished_events, request_for
from tests.unit.execution.test_faults import Faulty, FaultySandboxes, Wire, faulty_block

STUDENTS = 60
ROUNDS = 3
FILES = ("hello.py", "echo.py", "endless.py", "crash.py", "burn.py")
TYPED = b"x" * (1 << 20)
KEPT = Caps().finished_per_node
"""So many runs that are over can be looked at again; each has a few kilobytes of its own."""


class Chance(Wire):
    """Trips at one step in fifteen."""

    def __init__(self, seed: int) -> None:
        super().__init__(0, hang=False)
        self.chance = Random(seed)
        self.off = False
        self.trips = 0

    @override
    async def pass_by(self, what: str) -> None:
        if not self.off and self.chance.random() < 1 / 15:
            self.trips += 1
            raise OSError(what)


async def test_sixty_students_whose_runs_fail_anywhere_have_free_slots_after() -> None:
    world = FakeWorld(Caps(running_per_node=2 * STUDENTS))
    wire = Chance(2)
    faulty = replace(
        world.world,
        slots=Faulty(world.slots, wire, "slots"),
        journal=Faulty(world.journal, wire, "journal"),
        files=faulty_block(world.files, wire, "files", lambda held: held),
        sandboxes=FaultySandboxes(world.sandboxes, wire),
    )
    students = [UserId(new_id()) for _ in range(STUDENTS)]
    async with supervising(faulty) as supervisor:
        for number in range(ROUNDS):
            runs = [
                supervisor.start(request_for(FILES[(number + at) % len(FILES)], user, slot="main.py"))
                for at, user in enumerate(students)
            ]
            await world.clock.advance(1)
            for run in runs[:: number + 1]:
                run.stop(EndReason.STOPPED_BY_STAFF)
            await world.clock.advance(1)
            assert all(finished_events(run) == 1 for run in runs[:: number + 1])
        wire.off = True
        last = [supervisor.start(request_for("hello.py", user, slot="main.py")) for user in students]
        await world.clock.advance(15)
        assert [run for run in last if (run.state, run.phase) != (RunState.RUNNING, RunPhase.PROMPT)] == []
        for run in last:
            run.stop(EndReason.STOPPED_BY_STAFF)
        await world.clock.advance(60)
        assert wire.trips > 50
    world.sandboxes.left_alive = 0
    assert not world.sandboxes.processes
    assert not world.sandboxes.open_now
    assert supervisor.admission.counts() == (0, 0, 0)
    assert len(supervisor.turns) == 0


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_thousands_that_crash_with_much_typed_ahead_leave_no_memory() -> None:
    """What was typed for a program that crashed is gone with it; of runs that are over only so many are kept."""
    world = FakeWorld()
    taken = 0

    async def some(count: int) -> None:
        nonlocal taken
        for _ in range(count):
            run = supervisor.start(request_for("deaf.py", UserId(new_id())))
            await anyio.sleep(0)
            taken += run.type(ClientId("1" * 32), 0, TYPED)
            run.stop(EndReason.STOPPED_BY_STAFF)
            await run.finished.wait()
            assert len(run.input) == 0

    async with world.supervisor() as supervisor:
        await some(KEPT)
        forget(world)
        tracemalloc.start()
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        await some(1600)
        forget(world)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert taken == (KEPT + 1600) * CAPACITY, "nothing was queued at all"
    assert after - before < KEPT * CAPACITY // 3, "what was typed for them is kept, for those that are kept"


def forget(world: FakeWorld) -> None:
    """What the fakes remember of every run is theirs, not the product's."""
    world.sandboxes.started.clear()
    world.journal.__init__()
    world.slots.released.clear()
