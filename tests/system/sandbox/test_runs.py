"""Real runs in real sandboxes, at the best tier this user has here."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from pythonide.adapters.sandbox import LauncherConfig, start_launcher
from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import RunId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import Limit, Limits
from pythonide.execution.stage import LEAVE_KEYS
from pythonide.ports import Output, Process, Program, SandboxSpec, Waiting
from pythonide_sandbox.layers import Tier
from tests.system.looks import descendants
from tests.system.sandbox.benches import OWNER, PATIENCE, Bench, environment, open_bench


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    environment(tmp_path)
    async with open_bench(LauncherConfig(tmp_path, OWNER, preload={"bare": ()})) as bench:
        yield bench


async def test_output_and_exit_code_come_back(bench: Bench) -> None:
    output, _, end = await bench.run("print('hello')\nraise SystemExit(3)")
    assert output == b"hello\r\n"
    assert (end.exit_code, end.lost, end.limit) == (3, False, None)


async def test_no_host_path_is_seen(bench: Bench) -> None:
    output, _, _ = await bench.run(
        "import os,sys\nprint(os.getcwd(), sys.executable, sys.path)\ntry: print(os.listdir('/'))\nexcept OSError as error: print(error)"
    )
    assert sys.base_prefix.encode() not in output
    if bench.service.tier is Tier.LANDLOCK:
        return  # a listed opening: there it has no other path
    assert b"/workspace /opt/env/bin/python" in output
    assert str(bench.config.data_dir).encode() not in output


async def test_a_script_that_is_saved_anew_right_after_the_start_runs_as_it_was(bench: Bench) -> None:
    for _ in range(10):
        spec = bench.spec("print('old')")
        program = Program(WorkspacePath("main.py"), (), interactive=False)
        output = b""
        with anyio.fail_after(PATIENCE):
            async with bench.service.open(spec) as sandbox, sandbox.running(program) as process:
                (bench.config.workspaces / spec.workspace / "main.py").write_text("print('new')")
                while (event := await process.receive()) is not None:
                    output += event.data if isinstance(event, Output) else b""
        assert output == b"old\r\n"


async def test_a_file_named_like_a_warm_module_is_what_the_script_imports_and_the_prompt_works(bench: Bench) -> None:
    spec = bench.spec("import json\nprint(json.MINE)")
    (bench.config.workspaces / spec.workspace / "json.py").write_text("MINE = 'my own'")
    output = b""
    with anyio.fail_after(PATIENCE):
        async with (
            bench.service.open(spec) as sandbox,
            sandbox.running(Program(WorkspacePath("main.py"), (), interactive=True)) as process,
        ):
            while (event := await process.receive()) is not None:
                output += event.data if isinstance(event, Output) else b""
                if event == Waiting(True):
                    await process.write(b"exit(len(json.MINE))\n")
            assert (await process.wait()).exit_code == len("my own"), output
    assert output.startswith(b"my own\r\n>>> ")


async def test_a_prompt_is_left_out_of_a_half_typed_block(bench: Bench) -> None:
    spec = bench.spec("import atexit\natexit.register(print, 'bye')")
    typed, output = [b"if True:\r", LEAVE_KEYS], b""
    with anyio.fail_after(PATIENCE):
        async with (
            bench.service.open(spec) as sandbox,
            sandbox.running(Program(WorkspacePath("main.py"), (), interactive=True)) as process,
        ):
            while (event := await process.receive()) is not None:
                output += event.data if isinstance(event, Output) else b""
                if typed and output.endswith((b">>> ", b"... ")):
                    await process.write(typed.pop(0))
            assert (await process.wait()).exit_code == 0
    assert output.endswith(b"bye\r\n")


async def test_waiting_for_input_is_seen_from_outside(bench: Bench) -> None:
    output, events, _ = await bench.run("print('hi', input('name? '))", typed=b"bob\n")
    assert Waiting(True) in events
    assert output.endswith(b"hi bob\r\n")


async def test_an_interrupt_is_a_keyboard_interrupt(bench: Bench) -> None:
    output, _, end = await bench.run("print('go')\nwhile True: pass", at_go=lambda process: process.interrupt())
    assert b"KeyboardInterrupt" in output
    assert end.exit_code == -signal.SIGINT  # it ends by the signal, as Python does


async def test_kill_ends_a_program_that_ignores_everything_and_its_children(bench: Bench) -> None:
    """A child in a session of its own, deaf to every signal that can be ignored, goes with its parent."""
    source = (
        "import os, signal\n"
        "for number in range(1, 32):\n"
        "    if number not in (9, 17, 19):\n"
        "        signal.signal(number, signal.SIG_IGN)\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork():\n"
        "        os._exit(0)\n"
        "    print('go')\n"
        "while True: pass"
    )
    deaf: list[int] = []

    def kill(process: Process) -> None:
        deaf.extend(pid for pid in descendants(bench.launcher) if is_deaf(pid))
        process.interrupt()
        process.kill()

    _, _, end = await bench.run(source, at_go=kill)
    assert (end.exit_code, end.limit, end.lost) == (-9, None, False)
    assert len(deaf) >= 2, "the script and its grandchild"
    assert not [pid for pid in descendants(bench.launcher) if is_deaf(pid)]


def is_deaf(pid: int) -> bool:
    """Whether a process ignores SIGUSR2, as nothing but the script and its children does."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    mask = next((line.split()[1] for line in status.splitlines() if line.startswith("SigIgn")), "0")
    return bool(int(mask, 16) >> (signal.SIGUSR2 - 1) & 1)


async def test_processor_time_is_limited(bench: Bench) -> None:
    _, _, end = await bench.run("while True: pass", limits=Limits(cpu_seconds=1))
    assert end.limit is Limit.CPU


async def test_memory_of_all_processes_together_is_limited(bench: Bench) -> None:
    source = "import os,time\n[os.fork() for _ in range(3)]\nx=bytearray(b'x')*(60<<20)\ntime.sleep(20)"
    _, _, end = await bench.run(source, limits=Limits(memory_bytes=100 << 20))
    assert end.limit is Limit.MEMORY
    assert end.exit_code == -9


async def test_a_run_whose_children_took_too_much_memory_is_over(bench: Bench) -> None:
    """Not half of it: the kernel chooses a child, and the script would wait for ever."""
    source = "import os,time\nfor _ in range(4):\n  if os.fork() == 0:\n    x=bytearray(b'x')*(60<<20)\n    break\ntime.sleep(600)"
    _, _, end = await bench.run(source, limits=Limits(memory_bytes=100 << 20))
    assert (end.limit, end.exit_code) == (Limit.MEMORY, -9)


async def test_thirty_at_once_each_see_their_own(bench: Bench) -> None:
    outputs: dict[int, bytes] = {}

    async def one(number: int) -> None:
        source = f"open('mine.txt','w').write('{number}')\nimport os\nprint(open('mine.txt').read(), os.listdir())"
        outputs[number] = (await bench.run(source))[0]

    async with asyncio.TaskGroup() as group:
        for number in range(30):
            group.create_task(one(number))
    for number, output in outputs.items():
        assert output.split()[0] == str(number).encode()
        assert output.count(b".txt") == 1


async def test_a_dead_launcher_loses_its_runs_and_refuses_new_ones(bench: Bench) -> None:
    _, _, end = await bench.run("print('go')\nimport time\ntime.sleep(60)", at_go=lambda _: os.kill(bench.launcher, 9))
    assert end.lost
    with pytest.raises(UnavailableError):
        await bench.run("print(1)")


def test_layers_are_left_out_in_tests_only(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tests only"):
        start_launcher(LauncherConfig(tmp_path, OWNER, without=frozenset({"seccomp"})))


async def test_unknown_workspaces_and_environments_are_refused(bench: Bench) -> None:
    for spec in (
        SandboxSpec(RunId(new_id()), WorkspaceId(new_id()), (), "bare"),
        SandboxSpec(RunId(new_id()), bench.workspace(""), (), "other"),
        SandboxSpec(RunId(new_id()), WorkspaceId("../" + new_id()[3:]), (), "bare"),
    ):
        with pytest.raises(UnavailableError):
            async with bench.service.open(spec):
                pass


async def test_each_run_has_random_numbers_of_its_own(tmp_path: Path) -> None:
    """numpy's old generator stands still in a warm interpreter: whatever is forked from it would begin alike."""
    stand_in = (
        "import os, sys, types\n"
        "own = sys.modules['numpy.random'] = types.ModuleType('numpy.random')\n"
        "own.state = b''\n"
        "def seed(): own.state = os.urandom(8)\n"
        "own.seed = seed\n"
    )
    environment(tmp_path, numpy=stand_in)
    source = "import sys\nprint(sys.modules['numpy.random'].state.hex())"
    async with open_bench(LauncherConfig(tmp_path, OWNER, preload={"bare": ("numpy",)})) as bench:
        states = {(await bench.run(source))[0].strip() for _ in range(3)}
    assert len(states) == 3
    assert b"" not in states
