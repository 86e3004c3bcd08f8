"""Starting, serving before everything is warm, and stopping without a trace."""

import json
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import httpx
import pytest

from pythonide_client import Transcript, connected, sign_in, sign_in_by_link
from tests.system.start.command import alive, pythonide, serving

pytestmark = pytest.mark.anyio
GUARD = {"x-pythonide": "1"}
PASSWORD = "correct horse battery"


async def run(link: str, path: str) -> str:
    """Run a program of the demo until its prompt has come, and return what it printed."""
    async with connected(await sign_in_by_link(link)) as page:
        own = page.welcome["workspaces"][0]["workspace"]
        started = await page.ask("run.start", workspace=own, path=path)
        transcript = Transcript()
        answer = await page.ask("run.attach", run=started["run"], offset=0)
        while b">>> " not in transcript.data:
            frame = await page.receive()
            if not isinstance(frame, dict) and frame.channel == answer["channel"]:
                transcript.take(frame)
        return transcript.data.decode()


async def test_a_second_start_answers_and_serves_runs_while_interpreters_warm_up(data: Path) -> None:
    with serving(data, "--demo") as first:
        assert first.stop() == 0
    with serving(data, "--demo") as second, anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:

            async def check(name: str, path: str, expected: str) -> None:
                assert expected in await run(second.links[f"{name} (student)"], path)

            tasks.start_soon(check, "Ada Lovelace", "weather.py", "Ashby")
            tasks.start_soon(check, "Alan Turing", "raises.py", "ZeroDivisionError")
        async with httpx.AsyncClient(base_url=second.address) as http:
            assert (await http.get("/api/health")).json() == {"ok": True, "status": "ready"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_under_load_leaves_nothing(data: Path, number: signal.Signals) -> None:
    with serving(data, "--demo") as server, anyio.fail_after(90):
        pages = []
        async with anyio.create_task_group() as tasks:

            async def loop(link: str) -> None:
                async with connected(await sign_in_by_link(link)) as page:
                    own = page.welcome["workspaces"][0]["workspace"]
                    pages.append(await page.ask("run.start", workspace=own, path="endless_loop.py"))

            for name, link in server.links.items():
                if "student" in name:
                    tasks.start_soon(loop, link)
        assert len(pages) == 3
        family = server.family()
        assert len(family) > 5
        assert server.stop(number) == 0
    assert alive(family) == set()
    parts = urlsplit(server.address)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", parts.port or 0)) != 0


@pytest.mark.long
def test_ten_starts_and_stops_leave_nothing(data: Path) -> None:
    for _ in range(10):
        with serving(data, "--demo") as server:
            family = server.family()
            assert server.stop() == 0
        assert alive(family) == set()


async def test_from_the_first_start_to_a_class(data: Path) -> None:
    """As docs/howto/serve-a-school.md says: administrator's link, password, course, people, their passwords."""
    with serving(data) as server, anyio.fail_after(60):
        (link,) = server.links.values()
        assert await set_password(server.address, link) == "admin"
        await sign_in(server.address, "admin", PASSWORD)
        course = ["course", "create", "python-1", "--title", "Python 1", "--teacher", "emmy=Emmy Noether"]
        made = pythonide(
            *course, "--student", "ada=Ada Lovelace", "--json", "--data", data, "--address", server.address
        )
        assert made.returncode == 0, made.stderr
        people = {person["login"]: person["link"] for person in json.loads(made.stdout)["people"]}
        assert set(people) == {"emmy", "ada"}
        for login, invitation in people.items():
            assert await set_password(server.address, invitation) == login
        async with connected(await sign_in(server.address, "ada", PASSWORD)) as page:
            own = page.welcome["workspaces"][0]
            await page.ask("file.create", workspace=own["workspace"], path="first.py")
        async with connected(await sign_in(server.address, "emmy", PASSWORD)) as page:
            assert own["workspace"] in {one["workspace"] for one in page.welcome["workspaces"]}
        again = pythonide(*course, "--data", data)
        assert (again.returncode, again.stderr) == (1, "There is already a course “python-1”.\n")
        more = pythonide("course", "enrol", "python-1", "--student", "ada", "--student", "alan", "--data", data)
        assert "has a password already" in more.stdout
    with serving(data) as again_served:
        assert again_served.links == {}, "an administrator with a password needs no link"


async def set_password(address: str, link: str) -> str:
    """Open a link as the page does; return whose it was."""
    token = urlsplit(link).fragment
    async with httpx.AsyncClient(base_url=address, headers=GUARD) as http:
        offer = (await http.post("/api/login/link/look", json={"token": token})).json()
        assert offer["purpose"] == "set_password"
        done = await http.post("/api/password", json={"token": token, "password": PASSWORD})
        assert done.status_code == 200, done.text
        assert (await http.post("/api/password", json={"token": token, "password": PASSWORD})).status_code == 404
        return offer["loginName"]
