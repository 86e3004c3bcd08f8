"""Plays a program twice in the same kind of sandbox: as a run, and by a plain `python` that a run was replaced by.

Both have the same terminal, folder, user, variables, limits and packages; what differs is how the program was started.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import anyio

from pythonide.adapters.students_python import StudentsPython
from pythonide.domain.ids import RunId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import Limits
from pythonide.ports import Output, Plot, Process, SandboxSpec, ScriptEnded, Waiting
from pythonide.ports import Program as Start
from pythonide_sandbox.layers import VARIABLES
from tests.differential.program import Program, Typed
from tests.system.sandbox.benches import OWNER, Bench

AT_ONCE = 3
PATIENCE = 90.0
REST = 1.0
LIMITS = Limits(memory_bytes=1024 * 1024 * 1024, processes=128, file_bytes=256 * 1024 * 1024)
_PLAIN = ".plain.py"
# Only what is built in: what lies beside the program may have the name of anything else.
_BECOME_PLAIN = """\
import sys, posix, _signal
posix.unlink(__file__)
for number in (_signal.SIGPIPE, _signal.SIGXFSZ):
    _signal.signal(number, _signal.SIG_DFL)
posix.execve(sys.executable, {command!r}, {variables!r})
"""
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")
_ASKED_FOR_BASIC_PROMPT = re.compile(r"^PYTHON_BASIC_REPL.1\n", re.MULTILINE)
_BRACKETED_PASTE = re.compile(r"\x1b\[\?2004[hl]\r?")
_LONGEST_PROMPT = 60
_PROMPT = re.compile(rb"(>>> |\.\.\. |\? |\(Pdb\) )(\x1b\[[0-9;?]*[a-zA-Z])*\Z")


@dataclass(frozen=True)
class Played:
    """What a person saw, and how it ended."""

    text: str
    exit_code: int
    plots: int = 0
    script: ScriptEnded | None = None
    files: tuple[str, ...] = ()
    """What lies in the workspace afterwards."""
    hung: bool = False


@dataclass(frozen=True)
class Both:
    """One program played both ways."""

    plain: Played
    run: Played


async def play_all(bench: Bench, programs: Sequence[Program], version: tuple[int, ...]) -> dict[str, Both]:
    """Play all programs both ways, a few at a time."""
    played: dict[str, Both] = {}
    turns = anyio.CapacityLimiter(AT_ONCE)

    async def play(program: Program) -> None:
        async with turns:
            played[program.name] = Both(
                await _play(bench, program, version, plain=True), await _play(bench, program, version, plain=False)
            )

    async with anyio.create_task_group() as group:
        for program in programs:
            group.start_soon(play, program)
    return played


async def _play(bench: Bench, program: Program, version: tuple[int, ...], *, plain: bool) -> Played:
    workspace = WorkspaceId(new_id())
    folder = bench.config.workspaces / workspace
    files = {**program.files}
    start = Start(WorkspacePath(program.start or program.place), program.arguments, interactive=program.interactive)
    if plain:
        files[_PLAIN] = _BECOME_PLAIN.format(command=_command(program), variables=_variables(program, version)).encode()
        start = Start(WorkspacePath(_PLAIN), (), interactive=False)
    _write(folder, files)
    environment = "scientific" if program.scientific else "bare"
    spec = SandboxSpec(RunId(new_id()), workspace, (), environment, LIMITS)
    with anyio.fail_after(PATIENCE):
        async with bench.service.open(spec) as sandbox, sandbox.running(start) as process:
            played = await _converse(process, list(program.typed))
    left = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
    return replace(played, files=tuple(left))


def _command(program: Program) -> list[str]:
    return ["python", *(["-i"] if program.interactive else []), program.start or program.place, *program.arguments]


def _variables(program: Program, version: tuple[int, ...]) -> dict[str, str]:
    basic = {"PYTHON_BASIC_REPL": "1"} if program.interactive and version >= (3, 13) else {}
    return {**VARIABLES, **basic}


def _write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, *OWNER)


async def _converse(process: Process, typed: list[Typed]) -> Played:
    output, seen, plots = bytearray(), 0, 0
    script: ScriptEnded | None = None
    try:
        with anyio.fail_after(PATIENCE / 2):
            while (event := await process.receive()) is not None:
                match event:
                    case Output(data):
                        output += data
                    case Plot():
                        plots += 1
                    case ScriptEnded():
                        script = event
                    case _:
                        pass
                if _PROMPT.search(output, max(seen, len(output) - _LONGEST_PROMPT)):
                    seen = len(output)
                    if typed and typed[0].at_rest:
                        await _rest(process)
                    await process.write(typed.pop(0).keys if typed else b"\x04")
            end = await process.wait()
    except TimeoutError:
        return Played(f"{bytes(output)!r} … and then nothing more", -1, hung=True)
    text = output.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    text = _ADDRESS.sub("0x…", _ASKED_FOR_BASIC_PROMPT.sub("", _BRACKETED_PASTE.sub("", text)))
    return Played(text, end.exit_code, plots, script)


async def _rest(process: Process) -> None:
    """Return once the program is seen to wait for input, or has had the time to: it says nothing of it twice."""
    with anyio.move_on_after(REST):
        while await process.receive() != Waiting(True):
            pass


def environment_of(python: StudentsPython, data: Path) -> None:
    """Make an environment with nothing but the standard library of `python`."""
    folder = data / "environments" / "bare"
    (folder / "bin").mkdir(parents=True)
    (folder / "lib" / python.name / "site-packages").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(
        "home = /opt/python/bin\ninclude-system-site-packages = false\n", encoding="utf-8"
    )
    (folder / "bin" / "python").symlink_to(f"/opt/python/bin/{python.name}")
    (folder / "bin" / "python3").symlink_to("python")
