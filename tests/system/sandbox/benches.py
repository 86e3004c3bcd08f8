"""A launcher of one test: real processes, workspaces, programs, and what is left of them."""

import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import anyio
import anyio.lowlevel

from pythonide.adapters.sandbox import LauncherConfig, SandboxService, open_sandboxes, start_launcher
from pythonide.domain.ids import RunId, UserId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import Limits
from pythonide.execution.policy import RunPolicy
from pythonide.execution.request import RunRequest
from pythonide.execution.run import Run
from pythonide.execution.supervisor import Supervisor
from pythonide.ports import Output, Process, ProcessEnd, ProcessEvent, Program, SandboxSpec, Waiting
from pythonide_sandbox.layers import Tier
from tests.system.looks import children

OWNER = (65534, 65534) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
PATIENCE = 60.0


def tier_asked() -> Tier | None:
    """Return the tier that the tests are told to run at; `None` means the best there is."""
    name = os.environ.get("PYTHONIDE_TEST_TIER")
    return Tier(name) if name else None


@dataclass(frozen=True)
class Bench:
    config: LauncherConfig
    service: SandboxService
    launcher: int
    """Process id of the launcher."""

    def workspace(self, source: str, name: str = "main.py") -> WorkspaceId:
        workspace = WorkspaceId(new_id())
        folder = self.config.workspaces / workspace
        folder.mkdir()
        (folder / name).write_text(source)
        for path in (folder, folder / name):
            os.chown(path, *OWNER)
        return workspace

    def spec(self, source: str, *, environment: str = "bare", limits: Limits = Limits()) -> SandboxSpec:
        return SandboxSpec(RunId(new_id()), self.workspace(source), (), environment, limits)

    @asynccontextmanager
    async def started(
        self, source: str, *, environment: str = "bare", limits: Limits = Limits()
    ) -> AsyncGenerator[Process]:
        """Run `source` without a prompt after it."""
        program = Program(WorkspacePath("main.py"), (), interactive=False)
        spec = self.spec(source, environment=environment, limits=limits)
        with anyio.fail_after(PATIENCE):
            async with self.service.open(spec) as sandbox, sandbox.running(program) as process:
                yield process

    async def run(
        self,
        source: str,
        *,
        typed: bytes = b"",
        at_go: Callable[[Process], None] | None = None,
        environment: str = "bare",
        limits: Limits = Limits(),
    ) -> tuple[bytes, list[ProcessEvent], ProcessEnd]:
        """Run `source` to its end; `at_go` is called once it has printed "go"."""
        output, events = b"", list[ProcessEvent]()
        async with self.started(source, environment=environment, limits=limits) as process:
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

    def watchers(self) -> list[int]:
        """Return the process ids of the zygotes' parents."""
        return children(self.launcher)

    def zygotes(self) -> list[int]:
        """Return the process ids of the zygotes, warm or not."""
        return [child for watcher in self.watchers() for child in children(watcher)]


@asynccontextmanager
async def open_bench(config: LauncherConfig, *, testing: bool = False) -> AsyncGenerator[Bench]:
    """Start a launcher and serve from it while the block is open."""
    launcher = start_launcher(replace(config, tier=config.tier or tier_asked()), testing=testing)
    async with open_sandboxes(launcher) as service:
        yield Bench(config, service, launcher.process.pid)


def press_run(bench: Bench, supervisor: Supervisor, source: str, policy: RunPolicy) -> Run:
    """Have somebody new run `source` under the real driver."""
    file = WorkspacePath.parse("main.py")
    return supervisor.start(
        RunRequest(
            run=RunId(new_id()),
            user=UserId(new_id()),
            workspace=bench.workspace(source),
            slot=file,
            file=file,
            interactive=False,
            policy=policy,
        )
    )


def environment(data: Path, name: str = "bare", **modules: str) -> None:
    """Make an environment with the standard library and `modules` (name to source)."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folder = data / "environments" / name
    packages = folder / "lib" / version / "site-packages"
    (folder / "bin").mkdir(parents=True)
    packages.mkdir(parents=True)
    for module, source in modules.items():
        (packages / f"{module}.py").write_text(source)
    (folder / "pyvenv.cfg").write_text("home = /opt/python/bin\n")
    (folder / "bin" / "python").symlink_to(f"/opt/python/bin/{version}")


async def until(condition: Callable[[], bool]) -> None:
    """Return once `condition` holds."""
    with anyio.fail_after(PATIENCE):
        while not condition():
            await anyio.lowlevel.checkpoint()
