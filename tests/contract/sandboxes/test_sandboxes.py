"""What the driver relies on in every adapter of `Sandboxes`; programs are named by file, see `tests/fakes/sandboxes.py`."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import pytest

from pythonide.adapters.clock import SystemClock
from pythonide.domain.ids import RunId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import Limit
from pythonide.ports import Output, Process, ProcessEnd, Program, Sandboxes, SandboxSpec, ScriptEnded, Waiting
from tests.fakes.sandboxes import FakeSandboxes
from tests.fakes.world import WORKSPACE

PATIENCE = 20.0


@pytest.fixture
def sandboxes() -> FakeSandboxes:
    return FakeSandboxes(SystemClock())


@asynccontextmanager
async def started(sandboxes: Sandboxes, file: str | None, *, interactive: bool = True) -> AsyncGenerator[Process, None]:
    program = Program(WorkspacePath.parse(file) if file else None, (), interactive, notice="" if file else "gone")
    with anyio.fail_after(PATIENCE):
        async with (
            sandboxes.open(SandboxSpec(RunId(new_id()), WORKSPACE)) as sandbox,
            sandbox.running(program) as process,
        ):
            yield process


async def drain(process: Process) -> tuple[bytes, list[object]]:
    output, others = b"", []
    while (event := await process.receive()) is not None:
        if isinstance(event, Output):
            assert event.data, "never empty"
            output += event.data
        else:
            others.append(event)
    return output, others


async def wait_for(process: Process, wanted: object) -> None:
    while (event := await process.receive()) != wanted:
        assert event is not None, f"it ended before {wanted}"


async def test_a_program_prints_and_ends(sandboxes: Sandboxes) -> None:
    async with started(sandboxes, "hello.py", interactive=False) as process:
        output, events = await drain(process)
        assert (await process.wait()).exit_code == 0
    assert output == b"hello\r\n"
    assert [event.exit_code for event in events if isinstance(event, ScriptEnded)] == [0]


async def test_the_prompt_follows_and_ends_at_ctrl_d(sandboxes: Sandboxes) -> None:
    async with started(sandboxes, "hello.py") as process:
        await wait_for(process, Waiting(True))
        await process.write(b"\x04")
        await drain(process)
        assert (await process.wait()).exit_code == 0


async def test_a_prompt_without_a_script_prints_its_notice(sandboxes: Sandboxes) -> None:
    async with started(sandboxes, None) as process:
        event = await process.receive()
        assert isinstance(event, Output)
        assert event.data.startswith(b"gone\r\n")


async def test_an_interrupt_reaches_the_program_and_the_prompt_follows(sandboxes: Sandboxes) -> None:
    async with started(sandboxes, "echo.py") as process:
        await wait_for(process, Waiting(True))
        process.interrupt()
        while not isinstance(event := await process.receive(), ScriptEnded):
            assert event is not None
        assert event.error == "KeyboardInterrupt"
        await wait_for(process, Waiting(True))


async def test_a_deaf_program_is_killed_and_killing_twice_is_harmless(sandboxes: Sandboxes) -> None:
    async with started(sandboxes, "deaf.py") as process:
        process.interrupt()
        process.kill()
        process.kill()
        await drain(process)
        assert (await process.wait()).exit_code < 0
        process.interrupt()
        process.resize(80, 24)
        await process.write(b"to nobody")


@pytest.mark.parametrize(("file", "limit"), [("exhaust.py", Limit.MEMORY), ("burn.py", Limit.CPU)])
async def test_the_limit_that_ended_it_is_named(sandboxes: Sandboxes, file: str, limit: Limit) -> None:
    async with started(sandboxes, file) as process:
        await drain(process)
        assert (await process.wait()).limit is limit


async def test_leaving_the_block_kills_what_is_left_even_when_it_is_cancelled(sandboxes: Sandboxes) -> None:
    ends: list[ProcessEnd] = []
    with anyio.CancelScope() as scope:
        async with started(sandboxes, "deaf.py") as process:
            scope.cancel()
            try:
                await process.receive()
            finally:
                with anyio.CancelScope(shield=True):
                    process.kill()
                    ends.append(await process.wait())
    assert len(ends) == 1
    assert ends[0].exit_code < 0
