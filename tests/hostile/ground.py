"""The ground on which hostile programs run: workspaces, a course folder, a secret, and the real sandbox around them."""

import getpass
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import anyio

from pythonide.domain.ids import RunId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import Limits
from pythonide.ports import CourseFolder, Output, Process, ProcessEnd, Program, Sandboxes, SandboxSpec
from pythonide_sandbox.layers import Tier

PROGRAMS = Path(__file__).parent / "programs"
NOTES = "# Notes\n"
HARMLESS_WORDS = {"student", "pythonide", "localhost", "root"}
"""A machine or a person may bear a name that every sandbox shows anyway."""
VERDICT = "VERDICT "
SECRET_VARIABLE = "SECRET_OF_THE_SERVER"
MOST_OUTPUT = 4 << 20
SMALL = Limits(
    cpu_seconds=20, wall_seconds=60, memory_bytes=256 << 20, processes=64, file_bytes=64 << 20, open_files=256
)


@dataclass
class Seen:
    """What a program printed and how it ended."""

    output: bytearray = field(default_factory=bytearray)
    end: ProcessEnd | None = None

    @property
    def text(self) -> str:
        return self.output.decode(errors="replace").replace("\r\n", "\n")

    @property
    def worked(self) -> frozenset[str]:
        """The names of the things that the program says worked."""
        return frozenset(name for name, how in self.results.items() if how == "ALLOWED")

    @property
    def results(self) -> dict[str, str]:
        """All things it tried; a program that never came to its verdict proves nothing."""
        lines = [line for line in self.text.splitlines() if line.startswith(VERDICT)]
        assert lines, f"no verdict: {self.end} {self.text[-2000:]}"
        found = json.loads(lines[-1][len(VERDICT) :])
        assert found, "the program tried nothing"
        return found


@dataclass(frozen=True)
class Ground:
    """A data directory with two students' workspaces and a course, and where runs live."""

    data: Path
    sandboxes: Sandboxes
    tier: Tier
    attacker: WorkspaceId
    victim: WorkspaceId
    course: WorkspaceId
    secret: str
    """Words that must never reach a program: the victim's file and the server's environment hold them."""
    owner: tuple[int, int]
    """Whom students' files belong to on disk."""
    launcher: int
    """The launcher's process id."""

    def folder(self, workspace: WorkspaceId) -> Path:
        """Return where the server keeps a workspace."""
        return self.data / "workspaces" / workspace

    @property
    def victims_file(self) -> Path:
        return self.folder(self.victim) / "homework.py"

    @property
    def course_folder(self) -> str:
        """Where programs find the course; the programs take `~` for their home, which has no name of its own at tier C."""
        return ("~" if self.tier is Tier.LANDLOCK else "") + "/course/notes"

    @property
    def targets(self) -> tuple[str, ...]:
        """Host paths an attacker would like: another's work, the server's data and code, the home of who runs it."""
        return (str(self.victims_file), str(self.data / "database.sqlite"), str(PROGRAMS / "attempt.py"), "/etc/shadow")

    def markers(self) -> dict[str, str]:
        """Words of the host that no output of any program may contain."""
        found = {
            "secret": self.secret,
            "data directory": str(self.data),
            "checkout": str(PROGRAMS.parents[2]),
            "server's environment": sys.prefix,
            "server's interpreter": "" if sys.base_prefix.startswith("/usr") else sys.base_prefix,
            "machine's name": socket.gethostname(),
            "who runs it": getpass.getuser(),
            "victim": self.victim,
        }
        if self.tier is Tier.LANDLOCK:
            del found["data directory"]  # a listed opening: there is no other name for a program's own folder
        return {what: word for what, word in found.items() if len(word) > 4 and word not in HARMLESS_WORDS}

    def unharmed(self) -> bool:
        """Tell whether the victim's work and the course are what they were."""
        course = self.folder(self.course)
        return (
            self.victims_file.read_text(encoding="utf-8") == f"answer = {self.secret!r}\n"
            and os.listdir(self.folder(self.victim)) == [self.victims_file.name]
            and os.listdir(course) == ["notes.md"]
            and (course / "notes.md").read_text(encoding="utf-8") == NOTES
            and (course / "notes.md").stat().st_nlink == 1
        )

    def new_workspace(self) -> WorkspaceId:
        """Make one more student's folder, owned as the others are."""
        workspace = WorkspaceId(new_id())
        self.folder(workspace).mkdir(mode=0o700)
        os.chown(self.folder(workspace), *self.owner)
        return workspace

    def place(self, workspace: WorkspaceId, *programs: str) -> None:
        """Copy programs, and what they import, into a workspace, as the server would write them."""
        for name in ("attempt", *programs):
            target = self.folder(workspace) / f"{name}.py"
            shutil.copyfile(PROGRAMS / f"{name}.py", target)
            target.chmod(0o644)
            os.chown(target, *self.owner)

    @asynccontextmanager
    async def running(
        self, program: str, *arguments: str, workspace: WorkspaceId | None = None, limits: Limits = SMALL
    ) -> AsyncIterator[Process]:
        """Start a program in a sandbox of its own."""
        where = workspace or self.attacker
        self.place(where, program)
        courses = (CourseFolder("notes", self.course),)
        spec = SandboxSpec(RunId(new_id()), where, courses, "bare", limits)
        file = Program(WorkspacePath.parse(f"{program}.py"), arguments, interactive=False)
        async with self.sandboxes.open(spec) as sandbox, sandbox.running(file) as process:
            yield process

    async def run(
        self,
        program: str,
        *arguments: str,
        workspace: WorkspaceId | None = None,
        limits: Limits = SMALL,
        within: float = 30.0,
    ) -> Seen:
        """Run a program to its end."""
        seen = Seen()
        with anyio.fail_after(within):
            async with self.running(program, *arguments, workspace=workspace, limits=limits) as process:
                await drain(process, seen)
                seen.end = await process.wait()
        return seen


async def drain(process: Process, seen: Seen, until: bytes | None = None) -> bool:
    """Read until the end, or until `until` was printed; tell whether it was. A flood is cut at 4 MB."""
    while (event := await process.receive()) is not None:
        if isinstance(event, Output) and len(seen.output) < MOST_OUTPUT:
            seen.output += event.data
        if until is not None and until in seen.output:
            return True
        if until is not None and len(seen.output) >= MOST_OUTPUT:
            return False
    return until is None


async def beside(ground: Ground, holder: tuple[str, ...], asker: tuple[str, ...], word: bytes) -> tuple[Seen, Seen]:
    """Run `asker` while `holder`, which has said `word`, is alive; return what both saw."""
    held, asked = Seen(), Seen()
    with anyio.fail_after(60):
        async with AsyncExitStack() as stack:
            process = await stack.enter_async_context(
                ground.running(holder[0], *holder[1:], workspace=ground.new_workspace())
            )
            assert await drain(process, held, until=word), held.text
            asked = await ground.run(asker[0], *asker[1:], workspace=ground.new_workspace())
            process.kill()
            await drain(process, held)
    return held, asked


def furnish(data: Path, sandboxes: Sandboxes, tier: Tier, secret: str, owner: tuple[int, int], launcher: int) -> Ground:
    """Make the data directory: a victim with homework, a course with notes, an attacker with nothing."""
    attacker, victim, course = (WorkspaceId(new_id()) for _ in range(3))
    ground = Ground(data, sandboxes, tier, attacker, victim, course, secret, owner, launcher)
    for workspace in (attacker, victim, course):
        ground.folder(workspace).mkdir(mode=0o700, parents=True)
    ground.victims_file.write_text(f"answer = {secret!r}\n", encoding="utf-8")
    (data / "database.sqlite").write_text(secret, encoding="utf-8")
    (ground.folder(course) / "notes.md").write_text(NOTES, encoding="utf-8")
    for path in (data / "workspaces").rglob("*"):
        os.chown(path, *owner)
    return ground


def new_secret() -> str:
    """Return words nobody guesses."""
    return "secret-" + secrets.token_hex(12)


def processes_with(word: str) -> list[int]:
    """Return the ids of all processes of this machine whose command line or environment holds `word`."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if word.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue  # ended meanwhile, or not ours to see
    return found


def processes_in(workspace: WorkspaceId, launcher: int) -> list[int]:
    """Return the processes below the launcher that have a workspace mounted; those of parked sandboxes have none."""
    return [pid for pid in descendants(launcher) if workspace in mounts(Path(f"/proc/{pid}/mountinfo"))]


def mounts(table: Path) -> str:
    """Return a process's mounts, none if it has ended."""
    try:
        return table.read_text(encoding="utf-8")
    except OSError:
        return ""


def descendants(pid: int) -> frozenset[int]:
    """Return every process below `pid`, zombies included."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found: set[int] = set()
    level = {pid}
    while level:
        level = {child for child, parent in parents.items() if parent in level} - found
        found |= level
    return frozenset(found)


def zombies() -> list[int]:
    """Return the ids of dead processes nobody waited for, below this one."""
    found: list[int] = []
    for pid in descendants(os.getpid()):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                found.append(pid)
        except OSError:
            continue
    return found


def with_limits(**changes: float) -> Limits:
    """Return the small limits with some changed."""
    return replace(SMALL, **changes)


def unsandboxed(program: str, folder: Path, arguments: Iterable[str]) -> Seen:
    """Run a harmless program as it is, to see that what it tries does work where nothing forbids it."""
    for name in ("attempt", program):
        shutil.copyfile(PROGRAMS / f"{name}.py", folder / f"{name}.py")
    done = subprocess.run(
        [sys.executable, f"{program}.py", *arguments], cwd=folder, capture_output=True, timeout=60, check=False
    )
    return Seen(bytearray(done.stdout))
