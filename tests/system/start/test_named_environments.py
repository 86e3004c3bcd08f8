"""`pythonide env`: made with few rights, tried out in the sandbox, switched in one step, refused with a reason."""

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest

from pythonide.adapters.environment_folders import Facts, modules_in, site_packages
from pythonide.adapters.known_environments import KnownEnvironments
from pythonide.adapters.least_privilege import NOBODY_ELSE
from pythonide.adapters.named_environments import Workshop
from pythonide.adapters.sandbox.launcher import LauncherConfig
from pythonide.adapters.students_python import find
from pythonide_client import connected, sign_in_by_link
from tests.system.looks import children
from tests.system.sandbox.benches import OWNER, until
from tests.system.start.command import pythonide, serving
from tests.system.start.wheels import Index, serving_index

BUSY = "import time\nend = time.perf_counter() + 0.1\nwhile time.perf_counter() < end: pass\n"
THREAD = BUSY + "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"


@dataclass
class Place:
    data: Path
    index: Index
    variables: dict[str, str]

    def env(self, *words: str | Path) -> dict[str, Any]:
        """Give the command, which must succeed, and return what it printed as JSON."""
        done = pythonide("env", *words, "--json", "--data", self.data, **self.variables)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def course(self, *words: str) -> None:
        done = pythonide("course", *words, "--data", self.data)
        assert done.returncode == 0, done.stderr

    def listed(self) -> list[dict[str, Any]]:
        done = pythonide("env", "list", "--json", "--data", self.data)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refused(self, *words: str | Path) -> str:
        """Give the command, which must be refused and change nothing, and return what it said."""
        before = self.links()
        done = pythonide("env", *words, "--data", self.data, **self.variables)
        assert done.returncode == 1, done.stdout
        assert "Traceback" not in done.stderr
        assert self.links() == before
        return done.stderr

    def links(self) -> dict[str, str]:
        folder = self.data / "environments"
        if not folder.exists():
            return {}
        names = {entry.name: os.readlink(entry) for entry in folder.iterdir() if entry.is_symlink()}
        assert {entry.name for entry in folder.iterdir()} == {*names, *names.values()}, "something is left over"
        return names

    def requirements(self, *lines: str) -> Path:
        file = self.data.parent / "requirements.txt"
        file.write_text("\n".join(lines))
        return file

    def packages(self, name: str) -> Path:
        return site_packages((self.data / "environments" / name).resolve(), find(None))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with serving_index(tmp_path / "index") as (index, variables):
        index.wheel("greeting", "1", {"greeting.py": "number = 1"})
        (tmp_path / "class").mkdir()
        yield Place(tmp_path / "class" / "data", index, variables)


def test_an_environment_is_made_listed_changed_and_removed(place: Place) -> None:
    place.index.wheel(
        "mixed", "1", {"busy/__init__.py": BUSY, "threads.py": THREAD, "broken.py": "import nothing_such"}
    )
    made = place.env("create", "data-science", "--requirements", place.requirements("greeting", "mixed"))
    assert made["packages"] == {"greeting": "1", "mixed": "1"}
    assert made["warm"] == ["busy"], "what is cheap, starts a thread or fails is not imported beforehand"
    assert [note for note in made["notes"] if "broken" in note and "nothing_such" in note]
    first = place.links()["data-science"]
    for path in (place.data / "environments").rglob("*"):
        found = path.lstat()
        assert found.st_uid == os.geteuid(), path
        assert path.is_symlink() or not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH), path
    byte_code = next((place.packages("data-science") / "__pycache__").glob("greeting*.pyc")).read_bytes()
    assert b"/opt/env/lib/" in byte_code
    assert str(place.data).encode() not in byte_code
    place.index.wheel("greeting", "2", {"greeting.py": "number = 2"})
    assert place.env("update", "data-science")["packages"]["greeting"] == "2"
    assert place.links()["data-science"] != first
    (listed,) = place.listed()
    assert (listed["name"], listed["fits"], listed["packages"]["greeting"]) == ("data-science", True, "2")
    assert "already" in place.refused("create", "data-science", "--requirements", place.requirements("greeting"))
    failed = place.refused("update", "data-science", "--requirements", place.requirements("no-such-package"))
    assert "no-such-package" in failed
    assert (place.packages("data-science") / "greeting.py").read_text() == "number = 2"
    place.env("remove", "data-science")
    assert place.links() == {}
    assert "no environment" in place.refused("remove", "data-science")


def test_what_a_course_has_chosen_is_not_removed(place: Place) -> None:
    """Its programs could not start any more; the refusal says what to do first, and then it goes."""
    place.env("create", "mine", "--requirements", place.requirements("greeting"))
    place.course("create", "intro", "--title", "Introduction", "--teacher", "ada", "--address", "http://localhost:8000")
    place.course("policy", "intro", "--environment", "mine")
    assert "course policy intro --environment default" in place.refused("remove", "mine")
    place.course("policy", "intro", "--environment", "default")
    place.env("remove", "mine")
    assert place.links() == {}


@pytest.mark.parametrize(
    "line", ["-e ./here", "-e./here", "-r more.txt", "--editable=x", "--find-links /", "--no-binary :all:"]
)
def test_a_line_that_reads_further_files_or_has_code_run_is_refused(place: Place, line: str) -> None:
    said = place.refused("create", "mine", "--requirements", place.requirements("greeting", line))
    assert "line 2" in said


@pytest.mark.parametrize("name", ["bare", "scientific", "../up", ".hidden", "A", "a b", "0123456789abcdef", "x" * 33])
def test_names_that_cannot_be_are_refused(place: Place, name: str) -> None:
    assert "name" in place.refused("create", name, "--requirements", place.requirements("greeting"))


def test_a_file_without_packages_or_none_at_all_is_named(place: Place) -> None:
    assert "names no package" in place.refused("create", "mine", "--requirements", place.requirements("# nothing"))
    assert "missing.txt" in place.refused("create", "mine", "--requirements", place.data / "missing.txt")


def test_code_of_packages_runs_at_building_only_if_allowed_and_then_sees_nothing(place: Place) -> None:
    secret = place.data.parent / "secret"
    secret.write_text("the answer")
    place.data.parent.chmod(0o700)
    place.index.source([str(secret), str(place.data), "/root", str(place.data / "environments")])
    wanted = place.requirements("built")
    assert "--allow-source-builds" in place.refused("create", "mine", "--requirements", wanted)
    place.variables["PYTHONIDE_DATABASE"] = f"sqlite:///{place.data}/secret.sqlite"
    made = place.env("create", "mine", "--requirements", wanted, "--allow-source-builds")
    assert made["source_builds"]
    names: dict[str, Any] = {}
    exec((place.packages("mine") / "built.py").read_text(), names)
    seen = names["seen"]
    assert "PYTHONIDE_DATABASE" not in seen["variables"]
    if os.geteuid() == 0:
        assert seen["uid"] == NOBODY_ELSE.uid
        assert seen[str(secret)] in ("PermissionError", "FileNotFoundError")
        assert "workspaces" not in seen[str(place.data)]
        left = [path for path in Path("/proc").glob("[0-9]*") if _uid(path) == NOBODY_ELSE.uid]
        assert left == [], "what the build left running has ended with it"


def _uid(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except OSError:
        return None


def test_one_made_for_another_python_is_made_anew_at_the_next_start(place: Place) -> None:
    place.env("create", "mine", "--requirements", place.requirements("greeting"))
    before = place.links()["mine"]
    (place.data / "environments" / before / "key").write_text("another")
    known = KnownEnvironments(place.data / "environments", find(None))
    assert known.look() == {}, "its byte code may not fit"
    said: list[str] = []
    config = LauncherConfig(place.data, OWNER)
    Workshop(config, find(None), {**place.variables, "PATH": os.defpath}, said.append).refresh()
    assert place.links()["mine"] != before, said
    assert known.look()["mine"].modules == {"greeting"}
    assert known.having("greeting") == ("mine",)


def test_modules_are_known_by_the_names_of_files(tmp_path: Path) -> None:
    for name in ("one.py", "two.cpython-312-x86_64-linux-gnu.so", "three.abi3.so", "notes.txt", "no-name.py"):
        (tmp_path / name).touch()
    for name in ("four", "four-1.0.dist-info", "__pycache__", "pythonide_plots"):
        (tmp_path / name).mkdir()
    assert modules_in(tmp_path) == {"one", "two", "three", "four"}
    assert modules_in(tmp_path / "nowhere") == frozenset()


def test_damaged_facts_are_no_facts(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '{"requirements": 1}', "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")):
        (tmp_path / "environment.json").write_text(text, "latin-1")
        assert Facts.read(tmp_path) is None
    facts = Facts("numpy\n", True, ("numpy",), ("fine",))
    facts.write(tmp_path)
    assert Facts.read(tmp_path) == facts


async def missed(link: str) -> tuple[str, list[str]]:
    """Run a program that misses the package, and return what the student is told of it."""
    async with connected(await sign_in_by_link(link)) as page:
        own = page.welcome["workspaces"][0]["workspace"]
        await page.ask("file.create", workspace=own, path="wants.py", text="import greeting\n")
        run = (await page.ask("run.start", workspace=own, path="wants.py"))["run"]
        await page.ask("run.attach", run=run, offset=0)
        with anyio.fail_after(60):
            while True:
                event = await page.receive()
                if isinstance(event, dict) and event["type"] == "run.script_ended":
                    return event["end"]["missing"], event["end"]["missingIn"]


async def test_a_running_server_takes_them_in_and_gives_them_up(data: Path, place: Place) -> None:
    """The folder is the message: nobody tells the server, and no other zygote is touched."""
    mine = Place(data, place.index, place.variables)
    with serving(data, "--demo") as server:
        (keeper,) = children(server.process.pid)
        (launcher,) = children(keeper)
        await until(lambda: len(children(launcher)) == 2)
        own = set(children(launcher))
        mine.env("create", "mine", "--requirements", mine.requirements("greeting"))
        await until(lambda: len(set(children(launcher)) - own) == 1)
        (first,) = set(children(launcher)) - own
        assert await missed(server.links["Ada Lovelace (student)"]) == ("greeting", ["mine"])
        place.index.wheel("greeting", "2", {"greeting.py": "number = 2"})
        mine.env("update", "mine")
        await until(lambda: bool(set(children(launcher)) - own - {first}) and first not in children(launcher))
        mine.env("remove", "mine")
        await until(lambda: set(children(launcher)) == own)
