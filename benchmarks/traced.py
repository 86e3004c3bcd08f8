"""`python -m benchmarks.traced serve …`: the real server, with a note of when each run passed each station.

One line of JSON per run in `trace.jsonl` in the data folder, written when the run ends. Seconds of the monotonic clock,
which the client shares. Nothing of this is in the product: the stations are wrapped from outside, as are the sizes that
`BENCH_PARKED` (sandboxes kept ready) and `BENCH_LIVE` (prompts and runs allowed at once) change.
"""

import functools
import json
import os
import sys
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path

from msgspec import structs

from pythonide.adapters.sandbox.client import OpenSandbox, SandboxService
from pythonide.adapters.sandbox.launcher import LauncherConfig
from pythonide.app import cli, start
from pythonide.edge.ws import connection
from pythonide.execution import run as driver
from pythonide.execution.request import RunRequest
from pythonide.execution.run import RunDriver
from pythonide.execution.supervisor import Supervisor, World
from pythonide.ports import Output, ProcessEvent
from pythonide.protocol.commands import StartRun

_decoded: ContextVar[float] = ContextVar("decoded", default=0.0)
_current: ContextVar[str] = ContextVar("current", default="")
_runs: dict[str, dict[str, float]] = {}


def mark(station: str, run: str | None = None) -> None:
    """Note the moment, once."""
    _runs.setdefault(run or _current.get(), {}).setdefault(station, time.monotonic())


def _after(owner: object, name: str, then: Callable[..., None]) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    def wrapped(*arguments: object, **named: object) -> object:
        result = original(*arguments, **named)
        then(result, *arguments)
        return result

    setattr(owner, name, wrapped)


def _around(owner: object, name: str, station: str) -> None:
    """Note when the block `owner.name` was entered."""
    original = getattr(owner, name)

    @asynccontextmanager
    async def wrapped(*arguments: object, **named: object) -> AsyncGenerator[object]:
        block: AbstractAsyncContextManager[object] = original(*arguments, **named)
        async with block as value:
            mark(station)
            yield value

    setattr(owner, name, wrapped)


def _note_decoded(command: object, *_: object) -> None:
    if isinstance(command, StartRun):
        _decoded.set(time.monotonic())


def _note_admitted(run: driver.Run, *_: object) -> None:
    _runs.setdefault(run.request.run, {})["decoded"] = _decoded.get()
    mark("admitted", run.request.run)


def _note_output(_: object, run: driver.Run, event: ProcessEvent) -> None:
    if isinstance(event, Output):
        mark("first byte", run.request.run)


def install(trace: Path) -> None:
    """Wrap the stations."""
    _after(connection, "decode_command", _note_decoded)
    _after(Supervisor, "start", _note_admitted)
    _after(driver.Run, "take", _note_output)
    _around(driver, "leased", "slot")
    _around(SandboxService, "open", "sandbox")
    _around(OpenSandbox, "running", "told")
    original = RunDriver.drive

    async def drive(self: RunDriver) -> None:
        run = self.run.request.run
        _current.set(run)
        mark("task", run)
        try:
            await original(self)
        finally:
            with trace.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"run": run, **_runs.pop(run, {})}) + "\n")

    RunDriver.drive = drive


def resize() -> None:
    """Change the sizes that the environment names, for those measurements that are about them."""
    parked, live = os.environ.pop("BENCH_PARKED", ""), int(os.environ.pop("BENCH_LIVE", "0"))
    sizes: dict[str, int] = {"parked": int(parked), "parked_most": int(parked)} if parked else {}
    if live:
        sizes["max_runs"] = 2 * live
        allow_live(live)
    start.LauncherConfig = functools.partial(LauncherConfig, **sizes)


def allow_live(live: int) -> None:
    """Let so many prompts wait, whoever's they are."""
    original, start_one = Supervisor.__init__, Supervisor.start

    def roomy(self: Supervisor, world: World, *others: object, **named: object) -> None:
        caps = replace(world.caps, prompts_per_node=live, runs_per_user=live)
        original(self, replace(world, caps=caps), *others, **named)  # pyright: ignore[reportArgumentType] - passed on as they came

    def started(self: Supervisor, request: RunRequest) -> driver.Run:
        return start_one(self, structs.replace(request, policy=replace(request.policy, prompts=live)))

    Supervisor.__init__, Supervisor.start = roomy, started


def main() -> None:
    """Run the command line with the stations watched."""
    resize()
    install(Path(sys.argv[sys.argv.index("--data") + 1]).absolute() / "trace.jsonl")
    cli.main()


if __name__ == "__main__":
    main()
