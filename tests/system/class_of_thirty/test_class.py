"""Row 1: a whole class runs at once on a real server, and everybody has exactly their own output and files."""

import os
import secrets
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import anyio
import pytest

from pythonide_client import Client, connected, sign_in_by_link
from pythonide_sandbox import procfs
from tools.demo_server import DemoServer, demo_server

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]

PROGRAM = """\
import os

print("first of", open("who.txt").read(), os.getcwd(), flush=True)
secret = input("secret? ")
with open(f"{secret}.txt", "w") as file:
    file.write(secret)
print("second", open(f"{secret}.txt").read(), sorted(os.listdir(".")))
"""
PATIENCE = 120


class Student:
    """One person with a secret, on a page of their own."""

    def __init__(self, number: int, page: Client) -> None:
        self.number = number
        self.page = page
        self.secret = secrets.token_hex(8)
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
        for path, text in (("ask.py", PROGRAM), ("who.txt", f"student {self.number}")):
            await self.page.ask("file.create", workspace=self.workspace, path=path, text=text)
        self.before = await self.files()

    async def start(self) -> None:
        self.run = (await self.page.ask("run.start", workspace=self.workspace, path="ask.py"))["run"]
        self.channel = (await self.page.ask("run.attach", run=self.run))["channel"]
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


def control_groups(launcher: int) -> list[Path]:
    return list(Path("/sys/fs/cgroup").glob(f"**/pythonide-{launcher}*"))


def mounts_of(data: Path) -> list[str]:
    return [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(data) in line]


def children(server: DemoServer) -> list[int]:
    return procfs.processes(server.process.pid)


async def run_a_class(server: DemoServer) -> None:
    links = [link for name, link in server.links.items() if "(student)" in name]
    async with AsyncExitStack() as stack:
        students: list[Student] = []
        for number, link in enumerate(links):
            page: Any = await stack.enter_async_context(connected(await sign_in_by_link(link)))
            students.append(Student(number, page))
        await everyone(students, "save")
        await everyone(students, "start")
        # All programs are alive at once, each has said its first line, and none has been answered: output streams.
        assert all("second" not in student.text() for student in students)
        assert sum(is_somebodys(pid) for pid in children(server)) >= len(students)
        await everyone(students, "answer")
        for student in students:
            assert student.text() == own_output(student)
            assert await student.files() == {*student.before, f"{student.secret}.txt"}
            lying = list((server.data / "workspaces").rglob(f"{student.secret}*"))
            assert [path.parent.name for path in lying] == [student.workspace]
        await everyone(students, "leave")


async def nothing_left(server: DemoServer) -> None:
    """What lives is the launcher, two zygotes with their keepers, and sandboxes that are nobody's: no file of a student is open."""
    with anyio.fail_after(PATIENCE):
        while any(is_somebodys(pid) for pid in children(server)):
            await anyio.sleep(0)


def is_somebodys(pid: int) -> bool:
    """Tell whether a process has a student's folder mounted."""
    try:
        return "/workspaces/" in Path(f"/proc/{pid}/mountinfo").read_text()
    except OSError:
        return False


def check_class(data: Path, count: int) -> None:
    with demo_server(data, PYTHONIDE_DEMO_STUDENTS=str(count)) as server:
        anyio.run(run_a_class, server)
        anyio.run(nothing_left, server)
        alive = children(server)
    assert len(alive) > 1
    assert not [pid for pid in alive if Path(f"/proc/{pid}").exists()], "the server's end takes everything with it"
    assert not [group for pid in alive for group in control_groups(pid)]
    assert not mounts_of(data)


def test_thirty_students_at_once(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    check_class(tmp_path / "data", 30)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.long
def test_sixty_students_at_once(tmp_path: Path) -> None:
    check_class(tmp_path / "data", 60)
