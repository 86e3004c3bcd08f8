"""How much this machine carries, found by really starting programs: for `pythonide doctor --capacity`."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio

from pythonide.adapters.sandbox.client import SandboxService, open_sandboxes
from pythonide.adapters.sandbox.launcher import PRELOAD, LauncherConfig, start_launcher
from pythonide.adapters.sandbox.trial import MAIN, data_folder, lay
from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import RunId, WorkspaceId, new_id
from pythonide.ports import Process, Program, SandboxSpec, Waiting
from pythonide_sandbox import procfs

_AT_ONCE = 8
_LIVE = 12
_STARTS_SECONDS = 8.0
_MOST_SECONDS = 60.0
_KEPT_FREE = 0.2
"""Share of the free memory that stays free: for files, and for programs that need more than their imports."""
_EXACT = -1
_TO_INIT = 3
"""Below the launcher: keeper, zygote, and the first process of each sandbox."""


@dataclass(frozen=True)
class Capacity:
    """What was measured; `why` says what went wrong instead."""

    environment: str = ""
    starts_per_second: float = 0.0
    """Programs begun and ended, several at once all the time."""
    live_sessions: int = 0
    """How many prompts, after the environment's imports, the free memory holds."""
    session_megabytes: float = 0.0
    why: str = ""


def measure_capacity(
    data: Path, interpreter: Path, owner: tuple[int, int], *, seconds: float = _STARTS_SECONDS
) -> Capacity:
    """Start programs for so many seconds and hold some alive, in the largest environment installed; leave nothing."""
    if sys.platform != "linux":
        return Capacity(why="keeping programs apart takes Linux")
    with data_folder(data, interpreter) as folder:
        name = list(PRELOAD)[-1] if (folder / "environments").is_symlink() else "bare"
        config = LauncherConfig(folder, owner, interpreter, preload={name: PRELOAD[name]}, parked=_AT_ONCE)
        return asyncio.run(_measure(config, name, seconds))


async def _measure(config: LauncherConfig, name: str, seconds: float) -> Capacity:
    try:
        launcher = start_launcher(config)
        async with open_sandboxes(launcher) as sandboxes:
            with anyio.fail_after(_MOST_SECONDS + seconds):
                load = _Load(sandboxes, config, name)
                await load.run_one()  # the environment is warm after it
                starts = await load.starts(seconds)
                free = procfs.memory_left() * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
                size = await load.live_size(launcher.process.pid)
    except UnavailableError as error:
        return Capacity(name, why=str(error.details.get("reason") or error.message))
    except TimeoutError:
        return Capacity(name, why="programs did not start in time")
    return Capacity(name, starts, int(free * (1 - _KEPT_FREE) / size), size / 1e6)


class _Load:
    def __init__(self, sandboxes: SandboxService, config: LauncherConfig, environment: str) -> None:
        self._sandboxes = sandboxes
        self._environment = environment
        self._workspace = WorkspaceId(new_id())
        source = "".join(f"import {module}\n" for module in config.preload[environment]) + "print('ready')\n"
        lay(config.workspaces / self._workspace, source, config.owner)

    @asynccontextmanager
    async def _running(self, *, interactive: bool) -> AsyncGenerator[Process]:
        spec = SandboxSpec(RunId(new_id()), self._workspace, environment=self._environment)
        async with (
            self._sandboxes.open(spec) as sandbox,
            sandbox.running(Program(MAIN, interactive=interactive)) as process,
        ):
            yield process

    async def run_one(self) -> None:
        """Run the program to its end. Raises `UnavailableError`."""
        async with self._running(interactive=False) as process:
            while await process.receive() is not None:
                pass
            end = await process.wait()
        if end.exit_code != 0:
            raise UnavailableError("The program went wrong.", reason=f"the program ended with {end.exit_code}")

    async def starts(self, seconds: float) -> float:
        """Keep several programs starting at once; return how many a second ran to their end."""
        began = anyio.current_time()
        ended = 0

        async def press_again() -> None:
            nonlocal ended
            while anyio.current_time() < began + seconds:
                await self.run_one()
                ended += 1

        async with anyio.create_task_group() as group:
            for _ in range(_AT_ONCE):
                group.start_soon(press_again)
        return ended / (anyio.current_time() - began)

    async def live_size(self, launcher: int) -> float:
        """Hold some programs at their prompts; return the bytes that one takes, shared ones counted by their share."""
        async with AsyncExitStack() as stack:
            for _ in range(_LIVE):
                process = await stack.enter_async_context(self._running(interactive=True))
                while (event := await process.receive()) is not None and event != Waiting(True):
                    pass
            sizes = [_size(init) for init in _inits(launcher) if _has_workspace(init, self._workspace)]
        if not sizes or not all(sizes):
            raise UnavailableError(
                "The size cannot be read.", reason="this machine does not tell the memory of programs"
            )
        return sum(sizes) / len(sizes)


def _inits(launcher: int) -> list[int]:
    found = [launcher]
    for _ in range(_TO_INIT):
        found = [child for parent in found for child in procfs.children(parent)]
    return found


def _size(init: int) -> int:
    return procfs.memory_bytes(procfs.processes(init), _EXACT)


def _has_workspace(init: int, workspace: WorkspaceId) -> bool:
    try:
        with open(f"/proc/{init}/mountinfo", encoding="utf-8") as file:
            return workspace in file.read()
    except OSError:
        return False
