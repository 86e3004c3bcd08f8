"""Imports the packages of a new environment in the real sandbox: which are worth importing beforehand, and whether it works.

What comes back was written by strangers' packages: only times of modules that were asked for are taken from it.
"""

import asyncio
import json
import os
import stat
import tempfile
from collections.abc import Collection, Generator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import anyio

from pythonide.adapters.beneath import best_opener
from pythonide.adapters.sandbox.client import open_sandboxes
from pythonide.adapters.sandbox.launcher import LauncherConfig, start_launcher
from pythonide.adapters.sandbox.trial import MAIN, lay
from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import RunId, WorkspaceId, new_id
from pythonide.domain.runs import Limits
from pythonide.ports import Output, Program, SandboxSpec

WORTH_SECONDS = 0.02
"""What an import must cost to be done beforehand."""
MOST_WARM, _MOST_MEASURED = 24, 80
INSTEAD = {"matplotlib": "matplotlib.pyplot"}
"""What programs import of a package, where the package alone loads little."""
_SECONDS = 600.0
_LIMITS = Limits(cpu_seconds=600, memory_bytes=2 << 30, processes=256, tmp_bytes=512 << 20, file_bytes=64 << 20)
_REPORT, _FONTS = "report.json", "fonts"
_MOST_REPORT, _MOST_FONTS = 1 << 20, 8 << 20
_WORD = "it-works"
_IMPORT = (
    "import os, sys, time; t = time.perf_counter(); __import__(sys.argv[1]); t = time.perf_counter() - t; "
    "print('\\n', t, len(os.listdir('/proc/self/task')))"
)
_MEASURE = """
import json, os, subprocess, sys
report = {{}}
for name in {names!r}:
    command = [sys.executable, "-c", {one!r}, name]
    variables = {{**os.environ, "MPLCONFIGDIR": "/workspace/{fonts}"}}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=variables)
    except subprocess.TimeoutExpired:
        continue
    if done.returncode:
        report[name] = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1][:200]
    else:
        report[name] = list(map(float, done.stdout.split()[-2:]))
with open({file!r}, "w") as file:
    json.dump(report, file)
print({word!r})
"""


@dataclass(frozen=True)
class Measured:
    """What was found out about the modules of an environment."""

    warm: tuple[str, ...]
    """Worth importing beforehand, the dearest first."""
    broken: Mapping[str, str]
    """Those that cannot be imported, and why."""
    fonts: Mapping[str, bytes]
    """What matplotlib found, by file name."""
    failure: str = ""
    """Why it was not possible to measure."""


def measure(config: LauncherConfig, name: str, modules: Collection[str]) -> Measured:
    """Import each of `modules` in the environment called `name`, then all that is worth it in its zygote."""
    wanted = [INSTEAD.get(module, module) for module in sorted(modules)][:_MOST_MEASURED]
    with _place(config) as place:
        return asyncio.run(_measure(place, name, wanted))


@contextmanager
def _place(config: LauncherConfig) -> Generator[LauncherConfig]:
    """Yield the same with a data directory of its own, which leads to the real environments."""
    with tempfile.TemporaryDirectory(prefix=".pythonide-measure-", dir=config.data_dir) as folder:
        (Path(folder) / "environments").symlink_to(config.environments)
        yield replace(config, data_dir=Path(folder), parked=0, parked_most=0)


async def _measure(config: LauncherConfig, name: str, modules: list[str]) -> Measured:
    source = _MEASURE.format(names=modules, one=_IMPORT, file=_REPORT, fonts=_FONTS, word=_WORD)
    try:
        folder = await _run(replace(config, preload={name: ()}), name, source)
    except UnavailableError as error:
        return Measured((), {}, {}, _why(error))
    costs, broken = _understood(_read(folder, _REPORT, _MOST_REPORT), modules)
    warm = tuple(sorted(costs, key=lambda module: (-costs[module], module))[:MOST_WARM])
    if warm:
        source = "".join(f"import {module}\n" for module in warm) + f"print({_WORD!r})\n"
        try:
            await _run(replace(config, preload={name: warm}), name, source)
        except UnavailableError:  # together they do not get along in one process
            warm = ()
    return Measured(warm, broken, _font_lists(folder))


async def _run(config: LauncherConfig, name: str, source: str) -> Path:
    """Run a program in the environment and return its folder. Raises `UnavailableError` if it does not come to its end."""
    workspace = WorkspaceId(new_id())
    spec = SandboxSpec(RunId(new_id()), workspace, environment=name, limits=_LIMITS)
    said = b""
    try:
        with anyio.fail_after(_SECONDS):
            async with AsyncExitStack() as stack:
                sandboxes = await stack.enter_async_context(open_sandboxes(start_launcher(config)))
                lay(config.workspaces / workspace, source, config.owner)
                sandbox = await stack.enter_async_context(sandboxes.open(spec))
                process = await stack.enter_async_context(sandbox.running(Program(MAIN, interactive=False)))
                while (event := await process.receive()) is not None:
                    said = (said + event.data)[-2000:] if isinstance(event, Output) else said
                await process.wait()
    except TimeoutError as error:
        raise UnavailableError("It does not end.", reason="its imports do not end") from error
    if not said.rstrip().endswith(_WORD.encode()):
        raise UnavailableError("It went wrong.", reason=said.decode("utf-8", "replace").strip()[-300:])
    return config.workspaces / workspace


def _why(error: UnavailableError) -> str:
    return str(error.details.get("reason") or error.message)


def _understood(report: bytes, asked: Collection[str]) -> tuple[dict[str, float], dict[str, str]]:
    try:
        found: object = json.loads(report)
    except ValueError:
        found = None
    known = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    costs: dict[str, float] = {}
    broken: dict[str, str] = {}
    for name in asked:
        match known.get(name):
            case [float(seconds), float(threads)] if seconds >= WORTH_SECONDS and threads < 2:
                costs[name] = seconds
            case str(reason):
                broken[name] = reason[:200]
            case _:
                pass
    return costs, broken


def _font_lists(folder: Path) -> dict[str, bytes]:
    """Return matplotlib's lists of fonts, read beneath the program's folder: what lies there may lead anywhere."""
    try:
        names = os.listdir(folder / _FONTS) if not (folder / _FONTS).is_symlink() else []
    except OSError:
        names = []
    lists = [name for name in names[:100] if name.startswith("fontlist") and name.endswith(".json")]
    return {name: data for name in lists if (data := _read(folder, f"{_FONTS}/{name}", _MOST_FONTS))}


def _read(folder: Path, file: str, most: int) -> bytes:
    """Read what a program left: a regular file of a bounded size, or nothing. Nobody writes there any more."""
    above = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        descriptor = best_opener()(above, file, os.O_RDONLY, 0)
    except OSError:
        return b""
    finally:
        os.close(above)
    with os.fdopen(descriptor, "rb") as opened:
        data = opened.read(most + 1) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
    return data if len(data) <= most else b""
