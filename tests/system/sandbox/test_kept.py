"""A launcher that dies is replaced: its runs are lost, new ones wait a moment, nothing of the dead one is left."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import anyio
import pytest
from structlog.testing import capture_logs

from pythonide.adapters.clock import SystemClock
from pythonide.adapters.sandbox.kept import KeptSandboxes, open_kept_sandboxes
from pythonide.adapters.sandbox.launcher import LauncherConfig, start_keeper
from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import RunId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.ports import Output, Process, Program, SandboxSpec
from pythonide_sandbox import hatchery
from pythonide_sandbox.settings import LauncherSettings
from tests.system.looks import children, control_groups, descendants, descriptors, is_zombie
from tests.system.sandbox.benches import OWNER, PATIENCE, environment, tier_asked, until

SLEEPS = "print('go')\nimport time\ntime.sleep(600)"


@dataclass(frozen=True)
class Kept:
    config: LauncherConfig
    sandboxes: KeptSandboxes
    keeper: int

    @property
    def launcher(self) -> int:
        (launcher,) = children(self.keeper)
        return launcher

    @asynccontextmanager
    async def started(self, source: str, name: str = "bare") -> AsyncIterator[Process]:
        workspace = WorkspaceId(new_id())
        folder = self.config.workspaces / workspace
        folder.mkdir()
        (folder / "main.py").write_text(source)
        for path in (folder, folder / "main.py"):
            os.chown(path, *OWNER)
        spec = SandboxSpec(RunId(new_id()), workspace, environment=name)
        program = Program(WorkspacePath("main.py"), interactive=False)
        with anyio.fail_after(PATIENCE):
            async with self.sandboxes.open(spec) as sandbox, sandbox.running(program) as process:
                yield process

    async def run(self, source: str, name: str = "bare") -> bytes:
        async with self.started(source, name) as process:
            return await read(process)


async def read(process: Process, until: bytes | None = None) -> bytes:
    said = b""
    while (until is None or until not in said) and (event := await process.receive()) is not None:
        said += event.data if isinstance(event, Output) else b""
    return said


@pytest.fixture
async def kept(leaks: None, tmp_path: Path) -> AsyncIterator[Kept]:
    environment(tmp_path)
    config = LauncherConfig(tmp_path, OWNER, preload={"bare": ()}, parked=2, parked_most=2, tier=tier_asked())
    started = start_keeper(config)
    async with open_kept_sandboxes(started, SystemClock(), ("bare",)) as sandboxes:
        yield Kept(config, sandboxes, started.process.pid)
    assert not Path(f"/proc/{started.process.pid}").exists()


async def test_a_launcher_that_is_killed_is_replaced_and_nothing_of_it_is_left(kept: Kept) -> None:
    assert await kept.run("print('first')") == b"first\r\n"
    before = descriptors(kept.keeper)
    for _ in range(3):
        dead = kept.launcher
        with capture_logs() as log:
            async with kept.started(SLEEPS) as process:
                await read(process, b"go")
                family = [dead, *descendants(dead)]
                folders = control_groups(dead)
                os.kill(dead, signal.SIGKILL)
                assert (await process.wait()).lost
                assert await kept.run("print('again')") == b"again\r\n"
        assert [entry["event"] for entry in log if entry["log_level"] == "critical"] == ["launcher_gone"]
        assert kept.launcher != dead
        await until(lambda: not [pid for pid in family if Path(f"/proc/{pid}").exists()])  # noqa: B023 - awaited here
        await until(lambda: not [folder for folder in folders if folder.exists()])  # noqa: B023 - awaited here
    assert descriptors(kept.keeper) == before
    assert not [pid for pid in descendants(kept.keeper) if is_zombie(pid)]


async def test_many_who_press_run_meanwhile_wait_for_it(kept: Kept) -> None:
    await kept.run("print('first')")
    said: list[bytes] = []

    async def one() -> None:
        said.append(await kept.run("print('fine')"))

    os.kill(kept.launcher, signal.SIGKILL)
    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(one)
    assert said == [b"fine\r\n"] * 8


async def test_a_fresh_launcher_knows_the_environments_of_now(kept: Kept) -> None:
    environment(kept.config.data_dir, "later", version="number = 7")
    kept.sandboxes.set_up("later", ["version"])
    kept.sandboxes.set_up("bare", [])
    os.kill(kept.launcher, signal.SIGKILL)
    assert await kept.run("import version\nprint(version.number)", "later") == b"7\r\n"
    kept.sandboxes.forget("bare")
    with pytest.raises(UnavailableError):
        await kept.run("print(1)")
    os.kill(kept.launcher, signal.SIGKILL)
    with pytest.raises(UnavailableError, match="could not be made"):
        await kept.run("print(1)", "bare")


async def test_a_launcher_that_dies_while_it_makes_a_zygote_leaves_nobody_who_holds_its_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its server would take it for alive, and wait for ever."""
    line, theirs = os.pipe()
    launcher = os.fork()
    if launcher == 0:
        os.setpgid(0, 0)
        monkeypatch.setattr(hatchery, "_open_trees", lambda *_: {})
        monkeypatch.setattr(hatchery, "_map_ids", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        hatchery.hatch(-1, LauncherSettings("", "", "", "", 0, 0), first_uid=0)
    os.close(theirs)
    os.waitpid(launcher, 0)
    try:
        with open(line, "rb") as ends, anyio.fail_after(PATIENCE):
            await anyio.wait_readable(ends)
            assert ends.read() == b""
    finally:
        with suppress(ProcessLookupError):
            os.killpg(launcher, signal.SIGKILL)


async def test_the_keeper_takes_no_data_and_ends_the_launcher_it_replaces(tmp_path: Path) -> None:
    """Whatever a server that was taken over sends it, there is one launcher more and one less."""
    environment(tmp_path)
    started = start_keeper(LauncherConfig(tmp_path, OWNER, preload={"bare": ()}, tier=tier_asked()))
    seen: list[int] = []
    for _ in range(3):
        await until(lambda: bool(set(children(started.process.pid)) - set(seen)))
        (launcher,) = children(started.process.pid)
        seen.append(launcher)
        started.connection.send(b'{"type": "start", "argv": ["/bin/sh"], "workspaces": "/"}' * 20)
    await until(lambda: bool(set(children(started.process.pid)) - set(seen)))
    assert len(children(started.process.pid)) == 1
    started.connection.close()
    started.wait()
    await until(lambda: not Path(f"/proc/{seen[-1]}").exists())


async def test_what_cannot_be_isolated_is_said_at_the_start(tmp_path: Path) -> None:
    config = LauncherConfig(tmp_path / "data", OWNER, preload={"bare": ()})
    started = start_keeper(replace(config, without=frozenset({"no such layer"})), testing=True)
    with pytest.raises((UnavailableError, OSError)), anyio.fail_after(PATIENCE):
        async with open_kept_sandboxes(started, SystemClock(), ("bare",)):
            pass
    assert not Path(f"/proc/{started.process.pid}").exists()
