"""Sandboxes that outlive their launcher: a keeper starts another one, and new runs wait for it instead of failing."""

import asyncio
import errno
import socket
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import anyio
import anyio.to_thread
import structlog

from pythonide.adapters.sandbox.client import SandboxService, open_sandboxes
from pythonide.adapters.sandbox.launcher import PLEASE, Launcher
from pythonide.domain.errors import UnavailableError
from pythonide.kit.tasks import bare
from pythonide.ports import Clock, Sandbox, SandboxSpec
from pythonide_sandbox import syscalls
from pythonide_sandbox.layers import Tier

_MOST_SAID = 4096
_WAIT_SECONDS = 20.0
"""How long a new run waits for a launcher."""
_GOOD_SECONDS = 30.0
"""A launcher that lived so long has not failed at once; the next one is started without a pause."""
_LONGEST_PAUSE = 30.0

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class _KeptLauncher:
    """Our end of the line to a launcher that the keeper started, and waits for."""

    connection: socket.socket

    def wait(self) -> None:
        """Nothing to wait for here: the keeper does."""


class Keeper:
    """The process that starts launchers, and our line to it. It was asked for the first one already."""

    def __init__(self, started: Launcher) -> None:
        self._process = started
        self._line = started.connection
        self._line.setblocking(False)
        self._asked = True

    async def launcher(self) -> _KeptLauncher:
        """Return a fresh launcher; the one before is ended. Raises `OSError`."""
        if not self._asked:
            self._line.send(PLEASE)
        self._asked = True
        await anyio.wait_readable(self._line)
        data, fds, _ = syscalls.receive_with_fds(self._line, _MOST_SAID, 1)
        self._asked = False
        if not fds:
            raise OSError(errno.EAGAIN, data.decode("utf-8", "replace") or "the keeper of the launcher has gone")
        return _KeptLauncher(socket.socket(fileno=fds[0]))

    async def close(self) -> None:
        """Have the keeper end; returns once it has, and its launcher with it."""
        self._line.close()
        await anyio.to_thread.run_sync(self._process.wait)


class KeptSandboxes:
    """The port `Sandboxes` on whichever launcher there is."""

    def __init__(self, keeper: Keeper, clock: Clock, preloaded: Sequence[str]) -> None:
        self._keeper = keeper
        self._clock = clock
        self._preloaded = tuple(preloaded)
        self._service: SandboxService | None = None
        self._back = asyncio.Event()
        self._wanted: dict[str, tuple[str, ...]] = {}

    @property
    def tier(self) -> Tier:
        """What this machine gives."""
        return self._current.tier

    @property
    def degraded(self) -> bool:
        return self._current.degraded

    @property
    def _current(self) -> SandboxService:
        if self._service is None:
            raise UnavailableError("No program can be started yet.")
        return self._service

    # --- environments

    def set_up(self, environment: str, modules: Sequence[str]) -> None:
        """Have programs of an environment run in what its name means now; those that run are not disturbed."""
        self._wanted[environment] = tuple(modules)
        self._current.set_up(environment, modules)

    def forget(self, environment: str) -> None:
        """Take no more runs in an environment; those that are there go on."""
        self._wanted.pop(environment, None)
        self._current.forget(environment)

    def _tell_environments(self, wanted: Mapping[str, Sequence[str]]) -> None:
        """A fresh launcher knows only what there was when the server started."""
        if wanted:
            for name in (name for name in self._preloaded if name not in wanted):
                self._current.forget(name)
        for name, modules in wanted.items():
            self._current.set_up(name, modules)

    # --- runs

    def open(self, spec: SandboxSpec) -> AbstractAsyncContextManager[Sandbox]:
        """Make a sandbox; leaving the block ends it."""
        return self._opened(spec)

    @asynccontextmanager
    async def _opened(self, spec: SandboxSpec) -> AsyncGenerator[Sandbox]:
        async with AsyncExitStack() as stack:
            yield await self._enter(stack, spec)

    async def _enter(self, stack: AsyncExitStack, spec: SandboxSpec) -> Sandbox:
        while True:
            service = await self._serving()
            try:
                return await stack.enter_async_context(service.open(spec))
            except UnavailableError:
                if not service.gone.is_set():
                    raise

    async def _serving(self) -> SandboxService:
        try:
            with anyio.fail_after(_WAIT_SECONDS):
                while self._current.gone.is_set():
                    await self._back.wait()
        except TimeoutError as error:
            raise UnavailableError("Programs cannot be started just now; try again in a minute.") from error
        return self._current

    # --- the launcher

    async def serve(self, started: asyncio.Event) -> None:
        """Serve from one launcher after the other, for ever. Raises `UnavailableError` if the first one does not come."""
        pause = 0.0
        while True:
            began = self._clock.monotonic()
            try:
                async with open_sandboxes(await self._keeper.launcher()) as service:
                    self._begin(service)
                    started.set()
                    await service.gone.wait()
            except (UnavailableError, OSError) as error:
                if not started.is_set():
                    raise
                _log.critical("launcher_not_started", failure=str(error))
            lived = self._clock.monotonic() - began
            pause = 0.0 if lived > _GOOD_SECONDS else min(_LONGEST_PAUSE, 2 * pause + 0.5 if pause else 0.1)
            await self._clock.sleep_until(self._clock.monotonic() + pause)

    def _begin(self, service: SandboxService) -> None:
        if self._service is not None:
            _log.warning("launcher_started_again")
        self._service = service
        self._tell_environments(self._wanted)
        self._back.set()
        self._back = asyncio.Event()


@asynccontextmanager
async def open_kept_sandboxes(
    started: Launcher, clock: Clock, preloaded: Sequence[str]
) -> AsyncGenerator[KeptSandboxes]:
    """Serve the port `Sandboxes` while the block is open, from as many launchers as that takes."""
    keeper = Keeper(started)
    sandboxes = KeptSandboxes(keeper, clock, preloaded)
    ready = asyncio.Event()
    try:
        with bare():
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(sandboxes.serve, ready)
                await ready.wait()
                yield sandboxes
                tasks.cancel_scope.cancel()
    finally:
        with anyio.CancelScope(shield=True):
            await keeper.close()
