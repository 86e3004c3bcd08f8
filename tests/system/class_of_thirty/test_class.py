"""Row 1: a whole class runs at once on a real server, and everybody has exactly their own output and files."""

import os
import secrets
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from pythonide.adapters.database import DATABASE_FILE
from pythonide.adapters.sandbox import LauncherConfig
from pythonide_client import Client, SignedIn, connected, sign_in_by_link
from tests.system.looks import children, control_groups, descendants, groups_of_runs, kinds, mounts
from tools.demo_server import DemoServer, demo_server

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

PROGRAM = """\
import os, time

print("first of", open("who.txt").read(), os.getcwd())
while not os.path.exists("go"):
    time.sleep(0.01)
os.remove("go")
secret = input("secret? ")
with open(f"{secret}.txt", "w") as file:
    file.write(secret)
print("second", open(f"{secret}.txt").read(), sorted(os.listdir(".")))
"""
PATIENCE = 60


class Student:
    """One person with a secret, on a page of their own."""

    def __init__(self, number: int, page: Client) -> None:
        self.number = number
        self.page = page
        self.secret = secrets.token_hex(8)
        self.script = f"ask_{self.secret}.py"
        self.workspace: str = page.welcome["workspaces"][0]["workspace"]
        self.run = ""
        self.channel = 0

    def text(self) -> str:
        return self.page.output.get(self.channel, b"").decode()

    async def files(self) -> set[str]:
        opened = await self.page.ask("workspace.open", workspace=self.workspace)
        await self.page.ask("workspace.close", workspace=self.workspace)
        return {entry["path"] for entry in opened["entries"] if "/" not in entry["path"]}

    async def save(self) -> None:
        if "who.txt" not in await self.files():
            await self.create("who.txt", f"student {self.number}")
        await self.create(self.script, PROGRAM)
        self.before = await self.files()

    async def create(self, path: str, text: str) -> None:
        await self.page.ask("file.create", workspace=self.workspace, path=path, text=text)

    async def start(self) -> None:
        self.run = (await self.page.ask("run.start", workspace=self.workspace, path=self.script))["run"]
        self.channel = (await self.page.ask("run.attach", run=self.run))["channel"]
        await self.sees("\n")

    async def go_on(self) -> None:
        await self.create("go", "")
        await self.sees("secret? ")

    async def answer(self) -> None:
        await self.page.type(self.channel, 0, f"{self.secret}\r".encode())
        await self.sees(">>> ")

    async def leave(self) -> None:
        await self.page.type(self.channel, len(self.secret) + 1, b"\x04")
        while not self._finished():
            await self.page.receive()

    async def sees(self, text: str) -> None:
        while text not in self.text():
            await self.page.receive()

    def _finished(self) -> bool:
        return any(e["type"] == "run.finished" and e["stream"] == f"run:{self.run}" for e in self.page.events)


async def everyone(students: list[Student], act: str) -> None:
    with anyio.fail_after(PATIENCE):
        async with anyio.create_task_group() as tasks:
            for student in students:
                tasks.start_soon(getattr(student, act))


def own_output(student: Student) -> str:
    files = sorted({*student.before, f"{student.secret}.txt"})
    return (
        f"first of student {student.number} /workspace\r\nsecret? {student.secret}\r\n"
        f"second {student.secret} {files}\r\n>>> "
    )


class Class:
    """A server's students, who stay signed in."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        self.signed_in: list[SignedIn] = []
        (keeper,) = children(server.process.pid)
        (self.launcher,) = children(keeper)

    async def sign_in(self) -> None:
        links = [link for name, link in self.server.links.items() if "(student)" in name]
        self.signed_in = [await sign_in_by_link(link) for link in links]

    async def run(self) -> None:
        """Have everybody run a program at once, on a page opened for it."""
        async with AsyncExitStack() as stack:
            students: list[Student] = []
            for number, who in enumerate(self.signed_in):
                students.append(Student(number, await stack.enter_async_context(connected(who))))
            await everyone(students, "save")
            await everyone(students, "start")
            # All programs are alive at once. Each has said its first line, which is in the page; none can go on before
            # its page says so: output streams.
            assert not [student.text() for student in students if "secret" in student.text()]
            assert len(self.somebodys()) >= len(students)
            await everyone(students, "go_on")
            await everyone(students, "answer")
            for student in students:
                assert student.text() == own_output(student)
                assert await student.files() == {*student.before, f"{student.secret}.txt"}
                lying = list((self.server.data / "workspaces").rglob(f"{student.secret}*"))
                assert [path.parent.name for path in lying] == [student.workspace]
            await everyone(students, "leave")
            assert not self.somebodys(), "a run is finished when all of it has gone"

    def somebodys(self) -> list[int]:
        """Return the processes that have a student's folder mounted."""
        return [pid for pid in descendants(self.launcher) if is_somebodys(pid)]

    async def quiet(self) -> "Left":
        """Return what there is once the launcher has parked as much as it wants again."""
        config = LauncherConfig(self.server.data, (0, 0))
        live = min(max(len(self.signed_in), config.parked), config.parked_most)
        parked = (len(config.preload) - 1) * config.parked + live  # a class's environment has more, for its next Run
        settled = 2 * len(config.preload) + 2 * parked  # a watcher and its zygote; an init and what becomes the script
        with anyio.move_on_after(PATIENCE):  # what does not settle is told by what is left
            while len(descendants(self.launcher)) != settled or self.left().groups % parked:
                await anyio.sleep(0)
        return self.left()

    def left(self) -> "Left":
        pids = (self.server.process.pid, self.launcher)
        return Left(
            groups=groups_of_runs(self.launcher),
            mounts=tuple(len(mounts(pid)) for pid in pids),
            # The database's pool opens one more connection whenever all are busy, and keeps it: that is no leak.
            opened=tuple(kinds(pid, but=DATABASE_FILE) for pid in pids),
        )


@dataclass(frozen=True)
class Left:
    """What a machine would show of runs that are over: of the server, and of its launcher."""

    groups: int
    mounts: tuple[int, ...]
    opened: tuple[Counter[str], ...]


def is_somebodys(pid: int) -> bool:
    try:
        return any("/workspaces/" in mount for mount in mounts(pid))
    except OSError:
        return False


async def run_classes(server: DemoServer) -> None:
    """The first lesson opens what the server keeps, as its database connections; the second must leave nothing."""
    school = Class(server)
    await school.sign_in()
    await school.run()
    before = await school.quiet()
    assert before.groups or not control_groups(school.launcher)
    await school.run()
    assert await school.quiet() == before


def check_class(data: Path, count: int) -> None:
    with demo_server(data, PYTHONIDE_DEMO_STUDENTS=str(count)) as server:
        anyio.run(run_classes, server)
        (keeper,) = children(server.process.pid)
        (launcher,) = children(keeper)
        alive = [keeper, launcher, *descendants(launcher)]
        groups = control_groups(launcher)
    assert not [pid for pid in alive if Path(f"/proc/{pid}").exists()], "the server's end takes everything with it"
    assert not [group for group in groups if group.exists()]
    assert not [line for line in mounts(os.getpid()) if str(data) in line]


def test_thirty_students_at_once(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    check_class(tmp_path / "data", 30)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.long
def test_sixty_students_at_once(tmp_path: Path) -> None:
    check_class(tmp_path / "data", 60)
