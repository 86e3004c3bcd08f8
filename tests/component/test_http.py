"""HTTP: forged requests, files of foreign make, cookies, limits, and the reference."""

import re
from pathlib import Path

import anyio
import httpx
import pytest
from fastapi.routing import APIRoute
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from pythonide.domain.paths import WorkspacePath
from pythonide.edge.http import auth, files, health, uploads
from pythonide.edge.http.content import content_response
from pythonide_client import RefusedError, connected
from tests.fakes.site import GUARD, Site

pytestmark = pytest.mark.anyio
REFERENCE = Path(__file__).parents[2] / "docs/reference/http.md"
EVIL = b"<script>alert(1)</script>"
TRAVERSALS = (
    "..", "../", "../../etc/passwd", "/etc/passwd", "a/../../b", "./x", "a//b", "..\\..\\x", "\0", "a\0.py", "a\n.py",
    "%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fetc/passwd", "%00", "a" * 300, "/".join("a" * 40), "\u202etxt.py",
    "/proc/self/fd/3", "/proc/self/environ", "link/passwd", "hard",
)  # fmt: skip


def test_the_reference_names_every_address() -> None:
    served = {
        (method, re.sub(r":\w+\}", "}", route.path))
        for module in (auth, files, uploads, health)
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    rows = re.findall(r"^\| (GET|POST|PUT|DELETE|PATCH) \| `([^`]+)` \|", REFERENCE.read_text(), re.M)
    assert set(rows) == served | {("GET", "/api/ws"), ("GET", "/{path}")}


@pytest.mark.parametrize(
    "name", ["page.html", "picture.svg", "app.js", "feed.xml", "x.PDF", "y.png", "none", "notes.md"]
)
@pytest.mark.parametrize("inline", [True, False])
async def test_files_of_foreign_make_can_do_nothing(site: Site, name: str, inline: bool) -> None:
    own = await site.own("ada")
    (site.folder(own) / name).write_bytes(EVIL)
    async with site.http(await site.enter("ada")) as http:
        found = await http.get(f"/api/files/{own}/{name}", params={"inline": str(int(inline))})
    assert (found.status_code, found.content) == (200, EVIL)
    headers = found.headers
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    shown = inline and name in ("x.PDF", "y.png", "notes.md")
    assert headers["content-disposition"].startswith("inline" if shown else "attachment")
    kind = {"x.PDF": "application/pdf", "y.png": "image/png", "notes.md": "text/plain; charset=utf-8"}
    assert headers["content-type"] == kind.get(name, "application/octet-stream")


def test_a_files_name_cannot_break_out_of_its_header() -> None:
    path = WorkspacePath.parse('a"; filename=evil.html; x="ü.txt')
    assert content_response(path, b"", inline=True).headers["content-disposition"] == (
        "inline; filename*=UTF-8''a%22%3B%20filename%3Devil.html%3B%20x%3D%22%C3%BC.txt"
    )


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", "http://localhost", "http://localhost:1", "file://"]
)
async def test_a_socket_of_another_page_is_refused_before_it_opens(site: Site, origin: str | None) -> None:
    who = await site.enter("ada")
    headers = {"Cookie": who.cookie} | ({"Origin": origin} if origin else {})
    with pytest.raises(InvalidStatus) as refused, anyio.fail_after(20):
        async with connect(site.address.replace("http", "ws") + "/api/ws", additional_headers=headers, proxy=None):
            pass
    assert refused.value.response.status_code == 403


async def test_every_change_needs_our_header_and_our_origin(site: Site) -> None:
    who = await site.enter("ada")
    cookie = {"cookie": who.cookie, "content-length": "0"}
    async with httpx.AsyncClient(base_url=site.address) as http:
        for route in auth.router.routes:
            assert isinstance(route, APIRoute)
            if "POST" not in (route.methods or ()):
                continue
            for forged in ({}, GUARD | {"origin": "null"}, GUARD | {"origin": "https://evil.example"},
                           GUARD | {"sec-fetch-site": "cross-site"}, GUARD | {"sec-fetch-site": "same-site"}):  # fmt: skip
                assert (await http.post(route.path, headers=cookie | forged)).status_code == 403, (route.path, forged)
        assert (await http.get("/api/me", headers=cookie)).status_code == 200, "nothing was done"


async def test_the_cookie_is_for_the_server_alone(site: Site) -> None:
    async with site.http() as http:
        answer = await http.post("/api/login/link", json={"token": await site.link("ada")})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert "domain=" not in cookie


async def test_a_scanner_that_opens_a_link_spends_nothing(site: Site) -> None:
    token = await site.link("ada")
    async with site.http() as http:
        for method in ("GET", "HEAD", "OPTIONS"):
            for address in (f"/link#{token}", f"/link?{token}", f"/api/login/link?token={token}"):
                await http.request(method, address)
        assert (await http.post("/api/login/link/look", json={"token": token})).status_code == 200
        assert (await http.post("/api/login/link", json={"token": token})).status_code == 200
        assert (await http.post("/api/login/link", json={"token": token})).status_code == 404


async def test_an_unknown_name_and_a_wrong_password_read_alike_and_floods_end(site: Site) -> None:
    answers: list[httpx.Response] = []

    async def guess(http: httpx.AsyncClient, name: str) -> None:
        answers.append(await http.post("/api/login", json={"name": name, "password": "wrong password"}))

    async with site.http() as http, anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(guess, http, "ada")
            tasks.start_soon(guess, http, "nobody")
    refused = [answer for answer in answers if answer.status_code == 401]
    assert len(refused) == 10, "five for each name, however many at once"
    assert len({answer.content for answer in refused}) == 1
    late = [answer for answer in answers if answer.status_code == 429]
    assert len(late) == 30
    assert all(1 <= int(answer.headers["retry-after"]) <= 11 for answer in late)


async def test_no_path_leaves_the_workspace(site: Site) -> None:
    own, other = await site.own("ada"), await site.own("alan")
    folder = site.folder(own)
    (folder / "link").symlink_to("/etc")
    (site.folder(other) / "secret.py").write_text("the secret")
    (folder / "theirs").symlink_to(site.folder(other))
    who = await site.enter("ada")
    codes = set[str]()
    paths = (*TRAVERSALS, "theirs/secret.py", f"../{other}/secret.py")
    async with connected(who) as page, site.http(who) as http:
        for path in paths:
            for command, fields in (
                ("document.load", {"path": path}),
                ("file.create", {"path": f"{path}/new.py"}),
                ("file.delete", {"path": path}),
                ("file.rename", {"source": "hello.py", "target": f"{path}/moved.py"}),
                ("file.rename", {"source": path, "target": "stolen.py"}),
                ("run.start", {"path": f"{path}/x.py"}),
            ):
                if command == "file.delete" and path in ("hard", "theirs", "link"):
                    continue
                try:
                    await page.ask(command, workspace=own, **fields)
                except RefusedError as refused:
                    codes.add(refused.code)
                    continue
                assert command in ("file.create", "run.start", "file.rename"), (command, path)
            found = await http.get(f"/api/files/{own}/{path.replace(chr(0), '%00').replace(chr(10), '%0A')}")
            assert b"the secret" not in found.content
            assert b"root:" not in found.content
    assert codes <= {"not_found", "invalid_name", "not_text", "bad_request"}
    assert (site.folder(other) / "secret.py").read_text() == "the secret"
    assert sorted(one.name for one in site.folder(other).iterdir()) == [
        "echo.py", "endless.py", "hello.py", "secret.py", "ticking.py",
    ]  # fmt: skip
