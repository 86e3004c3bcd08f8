"""Real runs in real sandboxes, at the best tier this user has here."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from pythonide.adapters.sandbox import LauncherConfig, SandboxService, open_sandboxes, start_launcher
from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import RunId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import Limit, Limits
from pythonide.ports import Output, Process, ProcessEnd, ProcessEvent, Program, SandboxSpec, Waiting
from pythonide_sandbox import procfs

OWNER = (65534, 65534) if os.geteuid() == 0 else (os.geteuid(), os.getegid())


@dataclass(frozen=True)
class Bench:
    config: LauncherConfig
    service: SandboxService
    launcher_pid: int

    def workspace(self, source: str) -> WorkspaceId:
        workspace = WorkspaceId(new_id())
        folder = self.config.workspaces / workspace
        folder.mkdir()
        (folder / "main.py").write_text(source)
        for path in (folder, folder / "main.py"):
            os.chown(path, *OWNER)
        return workspace

    async def run(
        self,
        source: str,
        *,
        typed: bytes = b"",
        at_go: Callable[[Process], None] | None = None,
        limits: Limits = Limits(),
    ) -> tuple[bytes, list[ProcessEvent], ProcessEnd]:
        spec = SandboxSpec(RunId(new_id()), self.workspace(source), (), "bare", limits)
        output, events = b"", list[ProcessEvent]()
        program = Program(WorkspacePath("main.py"), (), interactive=False)
        with anyio.fail_after(30):
            async with self.service.open(spec) as sandbox, sandbox.running(program) as process:
                while (event := await process.receive()) is not None:
                    events.append(event)
                    output += event.data if isinstance(event, Output) else b""
                    if event == Waiting(True) and typed:
                        await process.write(typed)
                        typed = b""
                    if at_go and b"go" in output:
                        at_go(process)
                        at_go = None
                return output, events, await process.wait()


def environment(data: Path) -> None:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folder = data / "environments" / "bare"
    (folder / "bin").mkdir(parents=True)
    (folder / "lib" / version / "site-packages").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /opt/python/bin\n")
    (folder / "bin" / "python").symlink_to(f"/opt/python/bin/{version}")


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    environment(tmp_path)
    config = LauncherConfig(tmp_path, OWNER, preload={"bare": ()})
    launcher = start_launcher(config)
    async with open_sandboxes(launcher) as service:
        yield Bench(config, service, launcher.process.pid)


async def test_output_and_exit_code_come_back(bench: Bench) -> None:
    output, _, end = await bench.run("print('hello')\nraise SystemExit(3)")
    assert output == b"hello\r\n"
    assert (end.exit_code, end.lost, end.limit) == (3, False, None)


async def test_no_host_path_is_seen(bench: Bench) -> None:
    output, _, _ = await bench.run(
        "import os,sys\nprint(os.getcwd(), sys.executable, sorted(os.listdir('/')), sys.path)"
    )
    assert b"/workspace /opt/env/bin/python" in output
    assert str(bench.config.data_dir).encode() not in output
    assert sys.base_prefix.encode() not in output


async def test_waiting_for_input_is_seen_from_outside(bench: Bench) -> None:
    output, events, _ = await bench.run("print('hi', input('name? '))", typed=b"bob\n")
    assert Waiting(True) in events
    assert output.endswith(b"hi bob\r\n")


async def test_an_interrupt_is_a_keyboard_interrupt(bench: Bench) -> None:
    output, _, end = await bench.run("print('go')\nwhile True: pass", at_go=lambda process: process.interrupt())
    assert b"KeyboardInterrupt" in output
    assert end.exit_code == 130


async def test_kill_ends_a_program_that_ignores_the_interrupt_and_its_children(bench: Bench) -> None:
    source = (
        "import os, signal\nsignal.signal(2, signal.SIG_IGN)\nif os.fork(): print('go')\nos.setsid\nwhile True: pass"
    )
    _, _, end = await bench.run(source, at_go=lambda process: process.kill())
    assert end.exit_code == -9


async def test_processor_time_is_limited(bench: Bench) -> None:
    _, _, end = await bench.run("while True: pass", limits=Limits(cpu_seconds=1))
    assert end.limit is Limit.CPU


async def test_memory_of_all_processes_together_is_limited(bench: Bench) -> None:
    source = "import os,time\n[os.fork() for _ in range(3)]\nx=bytearray(b'x')*(60<<20)\ntime.sleep(20)"
    _, _, end = await bench.run(source, limits=Limits(memory_bytes=100 << 20))
    assert end.limit is Limit.MEMORY or end.exit_code == -9


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


async def test_nothing_is_left_after_many_runs(bench: Bench) -> None:
    await bench.run("print(1)")
    descriptors = len(os.listdir("/proc/self/fd"))
    for _ in range(40):
        await bench.run("import os\nif os.fork() == 0:\n  os.setsid()\n  import time\n  time.sleep(60)")
    assert len(os.listdir("/proc/self/fd")) == descriptors
    most = 3 + 2 * (bench.config.parked + 1)  # launcher, watcher, zygote, and parked init and script
    with anyio.fail_after(5):
        while len(procfs.processes(bench.launcher_pid)) > most:
            await anyio.lowlevel.checkpoint()


async def test_a_dead_launcher_loses_its_runs_and_refuses_new_ones(bench: Bench) -> None:
    _, _, end = await bench.run(
        "print('go')\nimport time\ntime.sleep(60)", at_go=lambda _: os.kill(bench.launcher_pid, 9)
    )
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
