"""Who may do what: every command and address × every person × every kind of object.

The table here is written down on its own, from the product's rules; commands and addresses come from the registries, so a
new one is asked for too. "Not yours" is answered in the very words of "does not exist".
"""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi.routing import APIRoute

from pythonide.edge.http import auth, files, health, uploads
from pythonide.features.workspaces.model import View
from pythonide.protocol.frames import FrameKind
from pythonide_client import Client, ClosedError, RefusedError, SignedIn, connected
from tests.fakes.samples import COMMANDS, NAMES, NOWHERE, fields_of
from tests.fakes.site import Site, open_site

pytestmark = pytest.mark.anyio

PEOPLE = ("ada", "alan", "teacher", "assistant", "observer", "admin", "outsider", "former")
OWN, READ, NONE = "own", "read", "none"
STAFF = ("teacher", "assistant")
STUDENTS = ("ada", "alan")
PROBE = b"# probe\n"

TREES = {
    "ada's": lambda person: OWN if person == "ada" else READ if person in STAFF else NONE,
    "teacher's": lambda person: OWN if person == "teacher" else NONE,
    "notes": lambda person: "write" if person == "teacher" else READ if person in (*STUDENTS, *STAFF, "observer") else NONE,
    "absent": lambda person: NONE,
}  # fmt: skip
"""What a person may do with a tree. Nobody runs programs in a course folder."""
NEEDS = {
    "workspace.open": "look",
    "document.load": "look",
    "file.create": "change",
    "file.rename": "change",
    "file.move": "change",
    "file.copy": "change",
    "file.delete": "change",
    "bin.put": "change",
    "bin.list": "change",
    "bin.restore": "change",
    "bin.empty": "change",
    "document.save": "change",
    "run.start": "run",
    "run.attach": "look",
    "run.stop": "run",
    "run.extend": "run",
    "run.resize": "run",
    "workspace.close": "nothing",
    "run.detach": "nothing",
    "connection.ping": "nothing",
    "connection.hello": "hello",
    "workspace.list": "nothing",
}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One class for the module: the questions change nothing that others ask about."""
    return "asyncio"


@dataclass
class Scene:
    site: Site
    logins: dict[str, SignedIn]
    pages: dict[str, Client]
    trees: dict[str, str]
    run: str

    def reset(self, tree: str) -> None:
        """Put the file that commands are about back to where it was."""
        folder = self.site.folder(self.trees[tree])
        if folder.is_dir():
            (folder / "moved.py").unlink(missing_ok=True)
            (folder / "probe.py").write_bytes(PROBE)


@pytest.fixture(scope="module")
async def scene(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(open_site(tmp_path_factory.mktemp("rights")))
        await _former_student(site)
        logins = {name: await site.enter(name) for name in PEOPLE}
        pages = {name: await stack.enter_async_context(connected(who)) for name, who in logins.items()}
        ada = await site.own("ada")
        teacher = await site.services.identity.user_named("teacher")
        assert teacher is not None
        notes = next(v for v in await site.services.workspaces.of(teacher.id) if v.view is View.COURSE_FOLDER)
        trees = {
            "ada's": ada,
            "teacher's": await site.own("teacher"),
            "notes": notes.workspace.id,
            "absent": NOWHERE,
        }
        started = await pages["ada"].ask("run.start", workspace=ada, path="endless.py")
        yield Scene(site, logins, pages, trees, started["run"])


async def _former_student(site: Site) -> None:
    identity, courses = site.services.identity, site.courses
    user = await identity.add_user("former", "Former Student")
    course = await courses.keyed("demo")
    assert course is not None
    await courses.enrol(user.id, course.id, site.student)
    await courses.end_enrolment(user.id, course.id)


async def answer(page: Client, tag: str, fields: dict[str, Any]) -> str | dict[str, Any]:
    """Return `ok`, or the refusal."""
    try:
        await page.ask(tag, **fields)
    except RefusedError as refused:
        return refused.error
    return "ok"


def code(found: str | dict[str, Any]) -> str:
    return found if isinstance(found, str) else found["code"]


def test_every_command_is_in_the_table() -> None:
    assert set(NEEDS) == set(NAMES), "say in NEEDS which right a new command needs"
    assert len(COMMANDS) == len(NEEDS)


@pytest.mark.parametrize("person", PEOPLE)
async def test_commands_about_trees(scene: Scene, person: str) -> None:
    page = scene.pages[person]
    for tag, need in NEEDS.items():
        if need in ("nothing", "hello") or "workspace" not in fields_of(tag, workspace=NOWHERE):
            continue
        absent = await answer(page, tag, fields_of(tag, workspace=NOWHERE))
        assert code(absent) == "not_found", (tag, absent)
        for tree, level_of in TREES.items():
            scene.reset(tree)
            fields = fields_of(
                tag,
                workspace=scene.trees[tree],
                base=hashlib.sha256(PROBE).hexdigest(),
                path="new.py" if tag == "file.create" else "hello.py" if tag == "run.start" else "probe.py",
            )
            found = await answer(page, tag, fields)
            level = level_of(person)
            if level == NONE:
                assert found == absent, (person, tag, tree)
            else:
                assert code(found) == expected(need, level, tree), (person, tag, tree, found)
            (scene.site.folder(scene.trees[tree]) / "new.py").unlink(missing_ok=True)


def expected(need: str, level: str, tree: str = "") -> str:
    if need == "change" and level == READ:
        return "read_only"
    if need == "run" and tree == "notes":
        return "not_found"
    if need == "run" and level != OWN:
        return "forbidden"
    return "ok"


@pytest.mark.parametrize("person", PEOPLE)
async def test_commands_about_runs(scene: Scene, person: str) -> None:
    page = scene.pages[person]
    level = TREES["ada's"](person)
    for tag, need in NEEDS.items():
        if "run" not in fields_of(tag, run=NOWHERE) or tag == "run.stop":
            continue
        absent = await answer(page, tag, fields_of(tag, run=NOWHERE))
        found = await answer(page, tag, fields_of(tag, run=scene.run))
        if need == "nothing":
            assert (absent, found) == ("ok", "ok"), tag
        elif level == NONE:
            assert code(absent) == "not_found", (tag, absent)
            assert found == absent, (person, tag)
        else:
            assert code(found) == expected(need, level), (person, tag)
    if level != OWN:
        stopping = await answer(page, "run.stop", {"run": scene.run})
        absent = await answer(page, "run.stop", {"run": NOWHERE})
        assert code(stopping) == "forbidden" if level == READ else stopping == absent


async def test_staff_watch_a_run_but_do_not_type_into_it(scene: Scene) -> None:
    async with connected(scene.logins["teacher"]) as page:
        watched = await page.ask("run.attach", run=scene.run)
        await page.type(watched["channel"], 0, b"x")
        with anyio.fail_after(20):
            while True:
                message = await page.receive()
                assert not (not isinstance(message, dict) and message.kind is FrameKind.INPUT_ACK)
                if isinstance(message, dict) and message["type"] == "reply.error":
                    break
        assert message["error"]["code"] == "forbidden"


@pytest.mark.parametrize("person", PEOPLE)
async def test_resuming_a_stream_tells_nothing_of_what_one_may_not_see(scene: Scene, person: str) -> None:
    trees = {tree: f"workspace:{scene.trees[tree]}" for tree in TREES}
    names = [*trees.values(), f"run:{scene.run}", f"run:{NOWHERE}"]
    async with connected(scene.logins[person], resume=dict.fromkeys(names, 0)) as page:
        modes = page.welcome["streams"]
    for tree, name in trees.items():
        assert modes[name] == ("gone" if TREES[tree](person) == NONE else "snapshot"), tree
    assert modes[f"run:{NOWHERE}"] == "gone"
    assert modes[f"run:{scene.run}"] == ("gone" if TREES["ada's"](person) == NONE else "snapshot")


@pytest.mark.parametrize("person", PEOPLE)
async def test_the_list_of_trees_is_what_one_may_see(scene: Scene, person: str) -> None:
    listed = {one["workspace"]: one for one in (await scene.pages[person].ask("workspace.list"))["workspaces"]}
    assert listed.keys() == {one["workspace"] for one in scene.pages[person].welcome["workspaces"]}
    for tree, level_of in TREES.items():
        level = level_of(person)
        assert (scene.trees[tree] in listed) == (level != NONE), tree
        if level != NONE:
            found = listed[scene.trees[tree]]
            assert (found["writable"], found["runnable"]) == (level in (OWN, "write"), level == OWN)


# --- over HTTP

OPEN_TO_ALL = {"/api/login", "/api/login/link/look", "/api/login/link", "/api/logout", "/api/health"}
"""Addresses that ask for no login; all others answer 401 without one."""
ABOUT_OBJECTS = {
    "/api/files/{workspace}/{path:path}",
    "/api/archives/{workspace}",
    "/api/uploads/{workspace}",
    "/api/uploads/{workspace}/{upload}",
    "/api/runs/{run}/plots/{number}",
}
ABOUT_ONESELF = {"/api/me", "/api/password"}


def routes() -> set[tuple[str, str]]:
    """Every address of the API with its methods."""
    found = set[tuple[str, str]]()
    for module in (auth, files, uploads, health):
        for route in module.router.routes:
            assert isinstance(route, APIRoute)
            found |= {(route.path, method) for method in route.methods or ()}
    return found


async def test_signed_out_nothing_answers_but_the_door(scene: Scene) -> None:
    assert {path for path, _ in routes()} == OPEN_TO_ALL | ABOUT_OBJECTS | ABOUT_ONESELF, (
        "say to whom a new address is open"
    )
    values = {
        "workspace": scene.trees["ada's"],
        "path:path": "probe.py",
        "run": scene.run,
        "number": "1",
        "upload": NOWHERE,
    }
    bodies = {
        "/api/password": {"password": "a fine new password"},
        "/api/uploads/{workspace}": {"path": "a", "size": 1},
    }
    async with scene.site.http() as http:
        for path, method in routes():
            if path in OPEN_TO_ALL:
                continue
            address = path
            for name, value in values.items():
                address = address.replace(f"{{{name}}}", value)
            body = bodies.get(path, {} if method == "DELETE" else None)
            found = await http.request(method, address, params={"path": "probe.py", "offset": 0}, json=body)
            assert found.status_code == 401, path
            assert found.json()["error"]["code"] == "not_signed_in"
    nobody = SignedIn(scene.site.address, "pythonide=" + "x" * 43)
    with pytest.raises(ClosedError) as closed:
        async with connected(nobody):
            pass
    assert closed.value.code == 4401


@pytest.mark.parametrize("person", PEOPLE)
async def test_files_and_figures(scene: Scene, person: str) -> None:
    for tree in ("ada's", "notes", "teacher's"):
        scene.reset(tree)
    async with scene.site.http(scene.logins[person]) as http:
        absent = await http.get(f"/api/files/{NOWHERE}/probe.py")
        assert absent.status_code == 404
        for tree, level_of in TREES.items():
            found = await http.get(f"/api/files/{scene.trees[tree]}/probe.py")
            if level_of(person) == NONE:
                assert (found.status_code, found.content) == (404, absent.content), tree
                assert dict(found.headers) | {"date": ""} == dict(absent.headers) | {"date": ""}
            else:
                assert (found.status_code, found.content) == (200, PROBE)
        figure = await http.get(f"/api/runs/{scene.run}/plots/1")
        nothing = await http.get(f"/api/runs/{NOWHERE}/plots/1")
        assert (figure.status_code, nothing.status_code) == (404, 404)
        if TREES["ada's"](person) == NONE:
            assert figure.content == nothing.content
        else:
            assert figure.json()["error"]["message"] != nothing.json()["error"]["message"]


@pytest.mark.parametrize("person", PEOPLE)
async def test_uploads_and_archives(scene: Scene, person: str) -> None:
    for tree in ("ada's", "notes", "teacher's"):
        scene.reset(tree)
    async with scene.site.http(scene.logins[person]) as http:
        announced = {"path": "uploaded.bin", "size": 1}
        absent = await http.post(f"/api/uploads/{NOWHERE}", json=announced)
        assert absent.status_code == 404
        for tree, level_of in TREES.items():
            level, workspace = level_of(person), scene.trees[tree]
            archive = await http.get(f"/api/archives/{workspace}", params={"path": "probe.py"})
            assert archive.status_code == (404 if level == NONE else 200), tree
            begun = await http.post(f"/api/uploads/{workspace}", json=announced)
            assert begun.status_code == {NONE: 404, READ: 403}.get(level, 201), tree
            if level == NONE:
                assert begun.content == absent.content
            if begun.status_code == 201:
                await http.request("DELETE", f"/api/uploads/{workspace}/{begun.json()['upload']}", json={})


async def test_a_right_that_ends_is_gone_at_once_for_commands_and_soon_for_what_is_followed(tmp_path: Path) -> None:
    async with open_site(tmp_path) as site, connected(await site.enter("grace")) as page:
        own = await site.own("grace")
        await page.ask("workspace.open", workspace=own)
        run = (await page.ask("run.start", workspace=own, path="ticking.py"))["run"]
        await page.ask("run.attach", run=run)
        user, course = await site.services.identity.user_named("grace"), await site.courses.keyed("demo")
        assert user is not None
        assert course is not None
        await site.courses.end_enrolment(user.id, course.id)
        with anyio.fail_after(30):
            while not any(event["stream"] == f"run:{run}" and event["type"] == "stream.reset" for event in page.events):
                await page.receive()
        for tag, key, value in (("workspace.open", "workspace", own), ("run.attach", "run", run)):
            found = await answer(page, tag, {key: value})
            absent = await answer(page, tag, {key: NOWHERE})
            assert json.dumps(found) == json.dumps(absent)
