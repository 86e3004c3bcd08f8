"""Row 2: whatever fails or hangs while a run is set up, used or taken down, its slot is free again after it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import anyio
import pytest

from pythonide.domain.runs import EndReason, RunPhase, RunState
from pythonide.execution.supervisor import supervising
from pythonide.ports import Process
from tests.fakes.sandboxes import FakeProcess, FakeSandboxes
from tests.fakes.world import FakeWorld, finished_events, request_for

STEPS = 22
"""More than a run takes: the last ones must not fire at all."""


class Wire:
    """Trips at the step it is set to: every call of every port is a step."""

    def __init__(self, at: int, *, hang: bool) -> None:
        self.at = at
        self.hang = hang
        self.step = 0
        self.tripped = ""

    async def pass_by(self, what: str) -> None:
        self.step += 1
        if self.step == self.at:
            self.tripped = what
            if self.hang:
                await anyio.sleep_forever()
            raise OSError(what)


class Faulty:
    """Wraps a port: its coroutines pass the wire before they do what they do."""

    def __init__(self, port: object, wire: Wire, name: str) -> None:
        self._port = port
        self._wire = wire
        self._name = name

    def __getattr__(self, verb: str) -> Callable[..., Awaitable[object]]:
        async def call(*arguments: object) -> object:
            await self._wire.pass_by(f"{self._name}.{verb}")
            return await getattr(self._port, verb)(*arguments)

        return call


class FaultyProcess(Faulty):
    """The synchronous verbs never fail: that is the port's promise."""

    def interrupt(self) -> None:
        self.port.interrupt()

    def kill(self) -> None:
        self.port.kill()

    def resize(self, columns: int, rows: int) -> None:
        self.port.resize(columns, rows)

    @property
    def port(self) -> FakeProcess:
        assert isinstance(self._port, FakeProcess)
        return self._port


def faulty_block(
    block: Callable[..., AbstractAsyncContextManager[Any]], wire: Wire, name: str, wrap: Callable[[Any], Any]
) -> Callable[..., AbstractAsyncContextManager[Any]]:
    """Trip before entering, and after leaving: what was held is given back, but the giver says it failed."""

    @asynccontextmanager
    async def entered(*arguments: object) -> AsyncGenerator[Any, None]:
        await wire.pass_by(f"enter {name}")
        async with block(*arguments) as held:
            yield wrap(held)
        if not wire.hang:  # a block that never lets go breaks the port's promise
            await wire.pass_by(f"leave {name}")

    return entered


class FaultySandboxes:
    def __init__(self, sandboxes: FakeSandboxes, wire: Wire) -> None:
        self.open = faulty_block(sandboxes.open, wire, "sandbox", lambda held: FaultySandbox(held, wire))


class FaultySandbox:
    def __init__(self, sandbox: Any, wire: Wire) -> None:
        def wrap(process: Process) -> FaultyProcess:
            return FaultyProcess(process, wire, "process")

        self.running = faulty_block(sandbox.running, wire, "process", wrap)


@pytest.mark.parametrize("hang", [False, True], ids=["fails", "hangs"])
@pytest.mark.parametrize("file", ["hello.py", "echo.py"])
@pytest.mark.parametrize("step", range(1, STEPS))
async def test_the_slot_is_free_after_a_fault_at_any_step(step: int, file: str, *, hang: bool) -> None:
    world = FakeWorld()
    wire = Wire(step, hang=hang)
    faulty = replace(
        world.world,
        slots=Faulty(world.slots, wire, "slots"),
        journal=Faulty(world.journal, wire, "journal"),
        files=faulty_block(world.files, wire, "files", lambda held: held),
        sandboxes=FaultySandboxes(world.sandboxes, wire),
    )
    async with supervising(faulty) as supervisor:
        run = supervisor.start(request_for(file))
        await world.clock.advance(1)
        run.press_stop()
        await world.clock.advance(1)
        run.stop(EndReason.STOPPED_BY_STAFF)
        await world.clock.advance(60)
        assert run.state is RunState.FINISHED, f"stuck at {wire.tripped}"
        assert finished_events(run) == 1
        wire.at = 0
        again = supervisor.start(request_for("hello.py", slot=file))
        await world.clock.advance(1)
        assert (again.state, again.phase) == (RunState.RUNNING, RunPhase.PROMPT), wire.tripped
        again.stop(EndReason.STOPPED_BY_USER)
        await world.clock.advance(60)
        assert supervisor.incidents <= 1
        if wire.tripped and not hang:
            outcome = run.events.view.outcome
            assert outcome is not None
            assert supervisor.incidents == 1, "nobody would hear of it"
    world.sandboxes.left_alive = 0
    if file == "echo.py" or not wire.tripped.startswith("slots.release"):
        world.assert_empty(supervisor)


async def test_the_steps_cover_a_whole_run() -> None:
    world = FakeWorld()
    wire = Wire(0, hang=False)
    faulty = replace(
        world.world, slots=Faulty(world.slots, wire, "slots"), sandboxes=FaultySandboxes(world.sandboxes, wire)
    )
    async with supervising(faulty) as supervisor:
        run = supervisor.start(request_for("echo.py"))
        await world.clock.advance(1)
        run.stop(EndReason.STOPPED_BY_STAFF)
        await world.clock.advance(1)
    assert 8 < wire.step < STEPS
