"""Programs without a sandbox, as the local user: for the one person who asked for it on a machine that has none to give.

Nothing here protects anybody. Limits are those that the kernel keeps per process; ending a run ends its session, and
whatever still carries its mark.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import anyio
from typing_extensions import override

import pythonide_sandbox
from pythonide.adapters.sandbox.client import OpenSandbox
from pythonide.adapters.sandbox.process import TerminalProcess
from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import is_id
from pythonide.domain.runs import Limit, Limits
from pythonide.kit.tasks import bare
from pythonide.ports import ProcessEnd, Sandbox, SandboxSpec
from pythonide_sandbox import procfs
from pythonide_sandbox.layers import VARIABLES, Tier
from pythonide_sandbox.steps import INSPECT, boot

MARK = "PYTHONIDE_RUN"
"""The variable of the environment by which what a run left behind is found again."""
_AS_IN_A_SANDBOX = (
    "LANG",
    "TERM",
    "COLORTERM",
    "PYTHONNOUSERSITE",
    "PYTHONDONTWRITEBYTECODE",
    "MPLBACKEND",
    "OPENBLAS_NUM_THREADS",
)
_SAMPLE_SECONDS = 0.1
_ADDRESSES = 4
"""How much more a process may map than a run may use: without a warm interpreter its packages count too."""
_CODE = str(Path(pythonide_sandbox.__file__).parent.parent)
_BEGIN = (
    "before = set(sys.modules); from pythonide_sandbox.runner import serve_unprotected; "
    "work = serve_unprotected({descriptor}, before, {limits!r})"
)


class _UnprotectedProcess(TerminalProcess):
    """A process of our own user, whom we may signal ourselves: terminals do it for us on Linux only."""

    @override
    def interrupt(self) -> None:
        try:
            group = os.tcgetpgrp(self.terminal)
        except OSError:
            return  # no terminal, nobody to interrupt
        if group > 0:
            _signal(os.killpg, group, signal.SIGINT)


class UnprotectedSandboxes:
    """The port `Sandboxes` without any isolation. `site` holds the packages of each environment, by name."""

    tier = Tier.NONE
    degraded = False

    def __init__(self, workspaces: Path, program: Path, site: dict[str, Path]) -> None:
        self._workspaces = workspaces
        self._program = program
        self._site = site

    def open(self, spec: SandboxSpec) -> AbstractAsyncContextManager[Sandbox]:
        """Start an interpreter that waits for its program; leaving the block ends all that came of it."""
        return self._opened(spec)

    @asynccontextmanager
    async def _opened(self, spec: SandboxSpec) -> AsyncGenerator[Sandbox]:
        if not is_id(spec.run) or not is_id(spec.workspace) or spec.environment not in self._site:
            raise UnavailableError("A program needs proper ids and an environment there is.")
        child, process = await self._start(spec)
        try:
            with bare():
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(_reap, child, process, spec.run)
                    tasks.start_soon(_watch, child.pid, process)
                    try:
                        yield OpenSandbox(process)
                    finally:
                        process.kill()
                        with anyio.CancelScope(shield=True):
                            await process.wait()
                        tasks.cancel_scope.cancel()
        finally:
            process.close()

    async def _start(self, spec: SandboxSpec) -> tuple[asyncio.subprocess.Process, TerminalProcess]:
        ours, theirs = socket.socketpair()
        master, terminal = os.openpty()
        begin = _BEGIN.format(descriptor=theirs.fileno(), limits=_per_process(spec.limits))
        try:
            child = await asyncio.create_subprocess_exec(
                self._program, "-c", boot(_CODE, begin),
                stdin=terminal, stdout=terminal, stderr=terminal, pass_fds=[theirs.fileno()],
                cwd=self._workspaces / spec.workspace, env=self._variables(spec), start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            os.close(master)
            ours.close()
            raise UnavailableError("The program could not be started.", reason=str(error)) from error
        finally:
            theirs.close()
            os.close(terminal)
        return child, _UnprotectedProcess(master, ours.detach(), lambda: _kill(spec.run, child.pid))

    def _variables(self, spec: SandboxSpec) -> dict[str, str]:
        """Make the environment from nothing, as a sandbox does: what the server was started with is not the program's."""
        return {
            **{name: VARIABLES[name] for name in _AS_IN_A_SANDBOX},
            **INSPECT,
            "PATH": f"{self._program.parent}:{os.defpath}",
            "HOME": str(Path.home()),
            "PYTHONPATH": str(self._site[spec.environment]),
            MARK: spec.run,
        }


def _per_process(limits: Limits) -> dict[str, int]:
    return {"cpu": int(limits.cpu_seconds), "data": _ADDRESSES * limits.memory_bytes, "file": limits.file_bytes}


async def _reap(child: asyncio.subprocess.Process, process: TerminalProcess, run: str) -> None:
    with anyio.CancelScope(shield=True):  # whoever gives the run up waits for its end as well
        exit_code = await child.wait()
        _kill(run, child.pid)
        process.end(ProcessEnd(exit_code, Limit.CPU if exit_code == -signal.SIGXCPU else None))


async def _watch(pid: int, process: TerminalProcess) -> None:
    """Tell the process whether its program waits for input, where the system lets us see it."""
    while True:
        process.waiting(waiting=procfs.waits_for_input(procfs.processes(pid)))
        await anyio.sleep(_SAMPLE_SECONDS)


def _kill(run: str, leader: int) -> None:
    """Kill the leader's group, and what left it; twice, because what is killed may just have made another."""
    for _ in range(2):
        _signal(os.killpg, leader, signal.SIGKILL)
        for pid in _marked(run):
            _signal(os.kill, pid, signal.SIGKILL)


def _signal(send: Callable[[int, int], None], target: int, number: signal.Signals) -> None:
    try:
        send(target, number)
    except (ProcessLookupError, PermissionError):
        return  # nobody is left there, or only what has ended


def _marked(run: str) -> Iterable[int]:
    wanted = f"{MARK}={run}".encode()
    for name in os.listdir("/proc") if sys.platform == "linux" else ():
        if name.isdigit():
            try:
                variables = Path(f"/proc/{name}/environ").read_bytes()
            except OSError:
                continue
            if wanted in variables.split(b"\0"):
                yield int(name)
