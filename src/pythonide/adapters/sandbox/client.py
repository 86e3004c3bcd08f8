"""Our end of the launcher's socket: opens sandboxes and hands each run what the launcher says of it."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Protocol

import anyio
import anyio.to_thread

from pythonide.adapters.sandbox.notices import Notices
from pythonide.adapters.sandbox.process import TerminalProcess
from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import is_id
from pythonide.domain.runs import Limit, Usage
from pythonide.ports import Process, ProcessEnd, Program, Sandbox, SandboxSpec
from pythonide_sandbox import syscalls
from pythonide_sandbox.layers import Tier

_MESSAGE_BYTES = 65536
_START_SECONDS = 60.0
_LOST = ProcessEnd(exit_code=-9, lost=True)


@dataclass(frozen=True)
class OpenSandbox:
    """A sandbox that waits for its program."""

    process: TerminalProcess

    @asynccontextmanager
    async def running(self, program: Program) -> AsyncGenerator[Process]:
        """Start the program; on leaving, nothing of it is left."""
        try:
            await self.process.start(program)
            yield self.process
        finally:
            self.process.kill()
            with anyio.CancelScope(shield=True):
                await self.process.wait()


class Line(Protocol):
    """A launcher that was started, by us or for us."""

    @property
    def connection(self) -> socket.socket: ...
    def wait(self) -> None:
        """Return once it has ended, if that can be seen."""
        ...


class SandboxService:
    """The port `Sandboxes` on a launcher. `tier` is what this machine gives; `gone` is set when the launcher has ended."""

    def __init__(self, launcher: Line) -> None:
        self.gone = asyncio.Event()
        self.tier = Tier.NONE
        self.notices = Notices()
        self._launcher = launcher
        self._connection = launcher.connection
        self._connection.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._hello: asyncio.Future[str | None] = self._loop.create_future()
        self._asked: dict[int, asyncio.Future[tuple[int, int]]] = {}
        self._processes: dict[str, TerminalProcess] = {}
        self._awaited: set[str] = set()
        self._ended: dict[str, ProcessEnd] = {}
        """Of awaited runs that ended before whoever asked for them has woken up."""
        self._number = 0
        self._closing = False
        self._loop.add_reader(self._connection.fileno(), self._hear)

    async def greet(self) -> None:
        """Return once the launcher has said its tier. Raises `UnavailableError`."""
        failure = await self._hello
        if failure is not None:
            raise UnavailableError(
                "Programs cannot be kept apart on this machine, so the server does not start. “pythonide doctor” says what is missing; "
                "--single-user serves you alone, without protection.",
                reason=failure,
            )

    @property
    def degraded(self) -> bool:
        return self.gone.is_set() or bool(self.notices.failures)

    def set_up(self, environment: str, modules: Sequence[str]) -> None:
        """Have programs of an environment run in what its name means now; those that run are not disturbed."""
        self._send({"type": "set_up", "name": environment, "modules": list(modules)})

    def forget(self, environment: str) -> None:
        """Take no more runs in an environment; those that are there go on."""
        self._send({"type": "forget", "name": environment})
        self.notices.forget(environment)

    def open(self, spec: SandboxSpec) -> AbstractAsyncContextManager[Sandbox]:
        """Make a sandbox; leaving the block ends it."""
        return self._opened(spec)

    @asynccontextmanager
    async def _opened(self, spec: SandboxSpec) -> AsyncGenerator[Sandbox]:
        master, channel = await self._ask(spec)
        process = TerminalProcess(master, channel, lambda: self._send({"type": "kill", "run": spec.run}))
        self._processes[spec.run] = process
        self._awaited.discard(spec.run)
        if spec.run in self._ended:
            process.end(self._ended.pop(spec.run))
        elif self.gone.is_set():
            process.end(_LOST)
        try:
            yield OpenSandbox(process)
        finally:
            process.kill()
            with anyio.CancelScope(shield=True):
                await process.wait()
            process.close()
            del self._processes[spec.run]

    async def _ask(self, spec: SandboxSpec) -> tuple[int, int]:
        if not all(map(is_id, (spec.run, spec.workspace, *(folder.workspace for folder in spec.course_folders)))):
            raise UnavailableError("A sandbox needs proper ids.")  # the launcher would not even answer
        self._number += 1
        number = self._number
        limits = {name: value for name, value in asdict(spec.limits).items() if name != "wall_seconds"}
        request: dict[str, object] = {
            "type": "open",
            "number": number,
            "run": spec.run,
            "workspace": spec.workspace,
            "environment": spec.environment,
            "courses": {folder.name: folder.workspace for folder in spec.course_folders},
            "limits": limits,
        }
        future: asyncio.Future[tuple[int, int]] = self._loop.create_future()
        self._asked[number] = future
        self._awaited.add(spec.run)
        self._send(request)
        given = None
        try:
            with anyio.fail_after(_START_SECONDS):
                given = await future
                return given
        except TimeoutError as error:
            raise UnavailableError("The sandbox did not start in time.") from error
        finally:
            del self._asked[number]
            if given is None:
                self._forget(spec.run, future)

    def _forget(self, run: str, future: asyncio.Future[tuple[int, int]]) -> None:
        """Nobody takes this sandbox any more: end it, made or not."""
        self._awaited.discard(run)
        self._ended.pop(run, None)
        if future.done() and not future.cancelled() and future.exception() is None:
            syscalls.close_all(future.result())
        if (
            not self.gone.is_set()
        ):  # the launcher reads in order: a kill after the request reaches the run, or its request
            self._send({"type": "kill", "run": run})

    def _send(self, message: dict[str, object]) -> None:
        if self.gone.is_set():
            self._lose_all()
            return
        try:
            self._connection.send(json.dumps(message).encode())
        except OSError:
            self._lose_all()

    def _hear(self) -> None:
        while not self.gone.is_set():
            try:
                data, fds, _ = syscalls.receive_with_fds(self._connection, _MESSAGE_BYTES, 2)
            except BlockingIOError:
                return
            except OSError:
                data, fds = b"", []
            if not data:
                syscalls.close_all(fds)
                self._lose_all()
                return
            self._take(json.loads(data), fds)

    def _take(self, message: dict[str, object], fds: list[int]) -> None:
        match message:
            case {"type": "opened", "number": int(number)} if len(fds) == 2 and self._asks(number):
                self._asked[number].set_result((fds[0], fds[1]))
                return
            case {"type": "opened"}:
                pass  # nobody waits for it any more, and a kill is on its way
            case {"type": "refused" | "bad_request", "number": int(number), "reason": reason} if self._asks(number):
                refusal = UnavailableError("A sandbox could not be made.", reason=str(reason))
                self._asked[number].set_exception(refusal)
                self.notices.take(message)
            case {"type": "ended", "run": str(run)}:
                self._end(run, message)
            case {"type": "waiting", "run": str(run), "waiting": bool(waiting)}:
                if run in self._processes:
                    self._processes[run].waiting(waiting=waiting)
            case {"type": "hello", "tier": str(tier), "failure": failure}:
                self.tier = Tier(tier)
                self._closing = failure is not None  # it ends by itself now
                self._hello.set_result(None if failure is None else str(failure))
            case _:
                self.notices.take(message)
        syscalls.close_all(fds)

    def _asks(self, number: int) -> bool:
        return number in self._asked and not self._asked[number].done()

    def _end(self, run: str, message: dict[str, object]) -> None:
        cpu, peak, limit = message["cpu"], message["peak"], message["limit"]
        usage = Usage(cpu if isinstance(cpu, (int, float)) else None, peak if isinstance(peak, int) else None)
        lost = bool(message["lost"]) or message["failure"] is not None
        end = ProcessEnd(int(str(message["exit_code"])), Limit(limit) if limit else None, usage, lost)
        if run in self._processes:
            self._processes[run].end(end)
        elif run in self._awaited:
            self._ended[run] = end
        if message["failure"] is not None:
            self.notices.take(message)

    def _lose_all(self) -> None:
        if not self.gone.is_set():
            self.gone.set()
            self._loop.remove_reader(self._connection.fileno())
            if not self._closing:
                self.notices.launcher_gone()
        for future in (*self._asked.values(), self._hello):
            if not future.done():
                future.set_exception(UnavailableError("The launcher has gone; programs cannot run."))
        for process in self._processes.values():
            process.end(_LOST)

    async def close(self) -> None:
        """End the launcher and every run; returns once the process is gone."""
        self._closing = True
        self._lose_all()
        if self._hello.done() and not self._hello.cancelled():
            self._hello.exception()
        self._connection.close()
        await anyio.to_thread.run_sync(self._launcher.wait)


@asynccontextmanager
async def open_sandboxes(launcher: Line) -> AsyncGenerator[SandboxService]:
    """Serve the port `Sandboxes` from a launcher while the block is open."""
    service = SandboxService(launcher)
    try:
        await service.greet()
        yield service
    finally:
        with anyio.CancelScope(shield=True):
            await service.close()
