"""Runs a program to its end in a real sandbox, as the server would, and says what came of it: for `pythonide doctor`."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio

from pythonide.adapters.sandbox.client import SandboxService, open_sandboxes
from pythonide.adapters.sandbox.launcher import PRELOAD, LauncherConfig, start_launcher
from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import RunId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.ports import Output, Program, SandboxSpec
from pythonide_sandbox.layers import PYTHON, Tier

_SECONDS = 60.0
MAIN = WorkspacePath("main.py")
"""The program in each workspace made here."""
_WORD = "it-works"
_MOST_SAID = 300


@dataclass(frozen=True)
class Trial:
    """How it went: the tier reached, what went wrong, and the environments in which a program ran to its end."""

    tier: Tier
    why: str = ""
    ran: tuple[str, ...] = ()


def try_out(data: Path, interpreter: Path, owner: tuple[int, int]) -> Trial:
    """Start a launcher, run a program in each environment, and leave nothing.

    Before the students' environments are installed, an empty one stands for them, so that the verdict is the machine's.
    """
    if sys.platform != "linux":
        return Trial(Tier.NONE, "keeping programs apart takes Linux")
    with data_folder(data, interpreter) as folder:
        installed = (folder / "environments").is_symlink()
        preload = PRELOAD if installed else {"bare": ()}
        return asyncio.run(_try(LauncherConfig(folder, owner, interpreter, preload=preload)))


@contextmanager
def data_folder(data: Path, interpreter: Path) -> Generator[Path]:
    """Yield a data directory of our own, on the disk of the real one where that is there and ours to write."""
    inside = data if os.access(data, os.W_OK | os.X_OK) else None
    with tempfile.TemporaryDirectory(prefix=".pythonide-doctor-", dir=inside) as name:
        folder = Path(name)
        if os.path.isdir(data / "environments"):
            (folder / "environments").symlink_to(data / "environments")
        else:
            programs = folder / "environments" / "bare" / "bin"
            programs.mkdir(parents=True)
            (programs.parent / "pyvenv.cfg").write_text(f"home = {PYTHON}/bin\n", encoding="utf-8")
            (programs / "python").symlink_to(f"{PYTHON}/bin/python3")
        yield folder


async def _try(config: LauncherConfig) -> Trial:
    ran: list[str] = []
    tier, name = Tier.NONE, ""
    try:
        async with open_sandboxes(start_launcher(config)) as sandboxes:
            tier = sandboxes.tier
            for name, modules in config.preload.items():
                with anyio.fail_after(_SECONDS):
                    await _run(sandboxes, config, name, modules)
                ran.append(name)
    except UnavailableError as error:
        reason = str(error.details.get("reason") or error.message)
        return Trial(tier, f"{name}: {reason}" if name else reason, tuple(ran))
    except TimeoutError:
        return Trial(tier, f"{name}: the program did not end within {_SECONDS:.0f} s", tuple(ran))
    return Trial(tier, "", tuple(ran))


async def _run(sandboxes: SandboxService, config: LauncherConfig, environment: str, modules: tuple[str, ...]) -> None:
    workspace = WorkspaceId(new_id())
    source = "".join(f"import {module}\n" for module in modules) + f"print({_WORD!r})\n"
    lay(config.workspaces / workspace, source, config.owner)
    spec = SandboxSpec(RunId(new_id()), workspace, environment=environment)
    said = b""
    async with sandboxes.open(spec) as sandbox, sandbox.running(Program(MAIN, interactive=False)) as process:
        while (event := await process.receive()) is not None:
            said += event.data if isinstance(event, Output) else b""
        end = await process.wait()
    if end.exit_code != 0 or said.decode(errors="replace").split() != [_WORD]:
        words = said.decode(errors="replace").strip()[-_MOST_SAID:]
        raise UnavailableError("The program went wrong.", reason=f"the program ended with {end.exit_code}: {words}")


def lay(folder: Path, source: str, owner: tuple[int, int]) -> None:
    """Make a workspace with one program in it, as the owner of the students' files would."""
    folder.mkdir()
    (folder / MAIN.text).write_text(source, encoding="utf-8")
    if os.geteuid() == 0:
        for path in (folder, folder / MAIN.text):
            os.chown(path, *owner)
