"""The real application on a real socket, with a class in it; only the sandboxes may be fakes."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import anyio
import httpx

from pythonide.adapters.database import DATABASE_FILE
from pythonide.app.asgi import make_server
from pythonide.app.lifespan import SYSTEM_CLOCK, Ground, Running, open_server
from pythonide.app.listener import listen
from pythonide.app.settings import Settings
from pythonide.domain.ids import WorkspaceId
from pythonide.edge.app import create_app
from pythonide.edge.http.security import Origins
from pythonide.edge.http.static import Page
from pythonide.edge.services import Services
from pythonide.edge.ws.connection import Node
from pythonide.edge.ws.registry import Connections
from pythonide.features.administration.model import CourseContent, PersonContent
from pythonide.features.courses.model import CourseRole
from pythonide.features.courses.service import Courses
from pythonide.features.identity.model import LinkPurpose, SiteRole
from pythonide.ports import Clock, Sandboxes
from pythonide_client import SignedIn, sign_in_by_link
from tests.fakes.sandboxes import FakeProcess, FakeSandboxes

HOUR = timedelta(hours=1)
GUARD = {"x-pythonide": "1"}
START = b"print('hello')\n"
START_REVISION = hashlib.sha256(START).hexdigest()


async def ticking(process: FakeProcess) -> None:
    """Prints a line ten times a second, for ever."""
    for number in count():
        process.print(f"{number}\r\n")
        await process.sleep(0.1)


FILES = {"hello.py": START, "echo.py": START, "endless.py": START, "ticking.py": START}
COURSE = CourseContent(
    "demo",
    "Programming",
    (
        PersonContent("teacher", "Emmy Noether", CourseRole.INSTRUCTOR, FILES),
        PersonContent("assistant", "Amalie Dietrich", CourseRole.ASSISTANT, {}),
        PersonContent("observer", "Olga Ladyzhenskaya", CourseRole.OBSERVER, {}),
        PersonContent("ada", "Ada Lovelace", CourseRole.STUDENT, FILES),
        PersonContent("alan", "Alan Turing", CourseRole.STUDENT, FILES),
        PersonContent("grace", "Grace Hopper", CourseRole.STUDENT, FILES),
    ),
    {"notes": {"notes.md": b"# Notes\n"}},
)


@dataclass
class Site:
    """A served class. `sandboxes` is the fake unless the test brought real ones."""

    running: Running
    address: str
    data: Path
    sandboxes: FakeSandboxes
    courses: Courses
    student: CourseRole = CourseRole.STUDENT

    @property
    def services(self) -> Services:
        return self.running.services

    @property
    def connections(self) -> Connections:
        return self.services.node.connections

    async def link(self, name: str, purpose: LinkPurpose = LinkPurpose.SIGN_IN) -> str:
        """Return the token of a fresh one-time link."""
        user = await self.services.identity.user_named(name)
        assert user is not None
        return await self.services.identity.issue_link(user.id, purpose, HOUR)

    async def enter(self, name: str) -> SignedIn:
        """Sign in as this person."""
        return await sign_in_by_link(f"{self.address}/link#{await self.link(name)}")

    async def own(self, name: str) -> WorkspaceId:
        """Return the workspace of this person."""
        user = await self.services.identity.user_named(name)
        assert user is not None
        return (await self.services.workspaces.of(user.id))[0].workspace.id

    @property
    def database(self) -> Path:
        return self.data / DATABASE_FILE

    def folder(self, workspace: str) -> Path:
        """Return where the server keeps a tree."""
        return self.data / "workspaces" / workspace

    def http(self, who: SignedIn | None = None, **headers: str) -> httpx.AsyncClient:
        """Return an HTTP client as the page is one."""
        cookie = {"cookie": who.cookie} if who else {}
        return httpx.AsyncClient(base_url=self.address, headers=GUARD | cookie | headers)

    async def empty(self) -> None:
        """Return once no connection is held any more."""
        with anyio.fail_after(30):
            async with self.http() as http:
                while len(self.connections):
                    await http.get("/api/health")


def _same(services: Services) -> Services:
    return services


@asynccontextmanager
async def open_site(
    folder: Path,
    *,
    sandboxes: Sandboxes | None = None,
    change: Callable[[Services], Services] = _same,
    seconds: float = 30.0,
    clock: Clock = SYSTEM_CLOCK,
    database: str | None = None,
) -> AsyncIterator[Site]:
    """Serve a class from `folder`; `change` may replace parts of what the edge is given."""
    page = folder / "page"
    page.mkdir(exist_ok=True)
    (page / "index.html").write_text("<!doctype html>")
    data = folder / "data"
    data.mkdir(exist_ok=True)
    settings = Settings(data=data, port=0, database=database)
    listener = listen(settings)
    origins = Origins.of(settings.hosts, secure=False)
    fakes = FakeSandboxes(SYSTEM_CLOCK)
    fakes.behaviours["ticking.py"] = ticking
    ready = anyio.Event()
    async with (
        open_server(settings, Ground(sandboxes or fakes, "3.11"), origins, clock) as running,
        anyio.create_task_group() as tasks,
    ):
        await running.administration.seed_demo(COURSE)
        if await running.services.identity.user_named("outsider") is None:  # a second life of the same data has them
            await running.services.identity.add_user("outsider", "Outsider")
            await running.services.identity.add_user("admin", "Administrator", SiteRole.ADMIN)
        services = change(running.services)
        app = create_app(services, Page(page), seconds=seconds)
        server = make_server(app, settings, ready.set, services.node.connections.close_all)
        tasks.start_soon(server.serve, [listener])
        await ready.wait()
        address = f"http://localhost:{listener.getsockname()[1]}"
        yield Site(replace(running, services=services), address, data, fakes, running.administration._courses)
        server.should_exit = True


def with_node(**changes: object) -> Callable[[Services], Services]:
    """Return a change that replaces parts of the node, such as its deadlines."""

    def change(services: Services) -> Services:
        node: Node = replace(services.node, **changes)
        return replace(services, node=node)

    return change
