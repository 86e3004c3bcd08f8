"""What the driver relies on in every adapter of `Sandboxes`; programs are named by file, see `tests/fakes/sandboxes.py`."""

import os
import signal
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from pythonide.adapters.clock import SystemClock
from pythonide.adapters.sandbox import LauncherConfig
from pythonide.adapters.students_python import find
from pythonide.adapters.unprotected import UnprotectedSandboxes
from pythonide.domain.ids import RunId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import Limit, Limits
from pythonide.execution.stage import LEAVE_KEYS
from pythonide.ports import Output, Process, ProcessEnd, Program, Sandboxes, SandboxSpec, ScriptEnded, Waiting
from tests.fakes.sandboxes import FakeSandboxes
from tests.fakes.world import WORKSPACE
from tests.system.sandbox.benches import OWNER, environment, open_bench

PATIENCE = 20.0
LIMITS = Limits(cpu_seconds=1, memory_bytes=100 << 20)


REAL = {
    "hello.py": "print('hello')",
    "echo.py": "print('got', input())",
    "deaf.py": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
    "exhaust.py": "import os, time\n[os.fork() for _ in range(3)]\nx = bytearray(b'x') * (60 << 20)\ntime.sleep(600)",
    "burn.py": "while True: pass",
}


def lay(folder: Path) -> None:
    folder.mkdir(parents=True)
    os.chown(folder, *OWNER)
    for name, source in REAL.items():
        (folder / name).write_text(source)


@pytest.fixture(params=["fake", "real", "unprotected"])
async def sandboxes(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Sandboxes]:
    """The fake, the real one at the best tier there is, and what the one local user gets where there is none."""
    if request.param == "fake":
        yield FakeSandboxes(SystemClock())
        return
    if request.param == "unprotected":
        lay(tmp_path / WORKSPACE)
        yield UnprotectedSandboxes(tmp_path, find(None).program, {"bare": tmp_path})
        return
    environment(tmp_path)
    async with open_bench(LauncherConfig(tmp_path, OWNER, preload={"bare": ()})) as bench:
        lay(bench.config.workspaces / WORKSPACE)
        yield bench.service


@asynccontextmanager
async def started(sandboxes: Sandboxes, file: str | None, *, interactive: bool = True) -> AsyncGenerator[Process, None]:
    program = Program(WorkspacePath.parse(file) if file else None, (), interactive, notice="" if file else "gone")
    with anyio.fail_after(PATIENCE):
        async with (
            sandboxes.open(SandboxSpec(RunId(new_id()), WORKSPACE, (), "bare", LIMITS)) as sandbox,
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


async def printed(process: Process, wanted: bytes) -> None:
    output = b""
    while wanted not in output:
        event = await process.receive()
        assert event is not None, f"it ended before {wanted!r}"
        output += event.data if isinstance(event, Output) else b""


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


async def test_ctrl_d_in_a_half_typed_line_ends_nothing(sandboxes: Sandboxes) -> None:
    async with started(sandboxes, "hello.py") as process:
        await wait_for(process, Waiting(True))
        await process.write(b"exit\x04(3)\n")
        await drain(process)
        assert (await process.wait()).exit_code == 3


async def test_a_prompt_is_left_out_of_a_half_typed_line(sandboxes: Sandboxes) -> None:
    async with started(sandboxes, "hello.py") as process:
        await wait_for(process, Waiting(True))
        await process.write(b"exit(3)")
        await process.write(LEAVE_KEYS)
        await drain(process)
        assert (await process.wait()).exit_code == 0


async def test_ctrl_c_at_the_prompt_throws_the_half_typed_line_away(sandboxes: Sandboxes) -> None:
    async with started(sandboxes, "hello.py") as process:
        await wait_for(process, Waiting(True))
        await process.write(b"exit(3)\x03")
        await printed(process, b"KeyboardInterrupt\r\n>>> ")
        await process.write(b"exit(4)\n")
        await drain(process)
        assert (await process.wait()).exit_code == 4


async def test_what_is_typed_right_behind_ctrl_c_at_the_prompt_counts_as_in_plain_python(sandboxes: Sandboxes) -> None:
    async with started(sandboxes, "hello.py") as process:
        await wait_for(process, Waiting(True))
        await process.write(b"\x03\x04")
        await drain(process)
        await process.wait()


async def test_a_prompt_without_a_script_prints_its_notice(sandboxes: Sandboxes) -> None:
    async with started(sandboxes, None) as process:
        output = b""
        while len(output) < len(b"gone\r\n"):  # a terminal may hand over a line in parts
            event = await process.receive()
            assert isinstance(event, Output)
            output += event.data
        assert output.startswith(b"gone\r\n")


async def test_an_interrupt_reaches_the_program_and_the_prompt_follows(sandboxes: Sandboxes) -> None:
    await interrupted(sandboxes)


async def test_an_interrupt_arrives_although_the_server_itself_ignores_it(sandboxes: Sandboxes) -> None:
    """As all do that a script starts in the background, and what they start inherits it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        await interrupted(sandboxes)
    finally:
        signal.signal(signal.SIGINT, before)


async def interrupted(sandboxes: Sandboxes) -> None:
    async with started(sandboxes, "echo.py") as process:
        await wait_for(process, Waiting(True))
        process.interrupt()
        waiting = True  # looked at from outside, it may never have ceased to wait
        ended: ScriptEnded | None = None
        while not (ended and waiting):
            event = await process.receive()
            assert event is not None
            waiting = event.waiting if isinstance(event, Waiting) else waiting
            ended = event if isinstance(event, ScriptEnded) else ended
        assert ended.error == "KeyboardInterrupt"


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
    if limit is Limit.MEMORY and isinstance(sandboxes, UnprotectedSandboxes):
        pytest.skip("without a sandbox the kernel counts the memory of each process by itself")
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
