"""Uploads: in pieces, over broken connections and restarts, within limits, and never half a file."""

import os

import anyio
import httpx
import pytest

from pythonide_client import SignedIn, connected
from tests.fakes.site import Site

pytestmark = pytest.mark.anyio
CHUNK = 1024 * 1024


async def begin(http: httpx.AsyncClient, own: str, path: str, size: int, **more: object) -> httpx.Response:
    return await http.post(f"/api/uploads/{own}", json={"path": path, "size": size, **more})


async def send(http: httpx.AsyncClient, address: str, offset: int, data: bytes) -> httpx.Response:
    return await http.put(address, params={"offset": offset}, content=data)


async def uploaded(http: httpx.AsyncClient, own: str, path: str, body: bytes, **more: object) -> httpx.Response:
    """Send a whole file as the page does; return the last answer."""
    answer = await begin(http, own, path, len(body), **more)
    if answer.status_code != 201:
        return answer
    address = f"/api/uploads/{own}/{answer.json()['upload']}"
    while not answer.json()["placed"]:
        offset = answer.json()["offset"]
        answer = await send(http, address, offset, body[offset : offset + CHUNK])
        if answer.status_code != 200:
            break
    return answer


async def test_a_file_arrives_in_pieces_and_appears_at_once(site: Site) -> None:
    own, who = await site.own("ada"), await site.enter("ada")
    body = os.urandom(2_500_000)
    async with connected(who) as page, site.http(who) as http:
        snapshot = await page.ask("workspace.open", workspace=own)
        answer = (await begin(http, own, "data/rolls.bin", len(body))).json()
        address = f"/api/uploads/{own}/{answer['upload']}"
        for offset in range(0, len(body), CHUNK):
            assert not (site.folder(own) / "data").exists()
            answer = (await send(http, address, offset, body[offset : offset + CHUNK])).json()
        assert answer["placed"]
        assert (site.folder(own) / "data" / "rolls.bin").read_bytes() == body
        while not any(event["type"] == "workspace.changed" for event in page.events):
            await page.receive()
        changed = next(event for event in page.events if event["type"] == "workspace.changed")
        assert {entry["path"] for entry in changed["upserted"]} == {"data", "data/rolls.bin"}
        assert changed["seq"] == snapshot["seq"] + 1
        assert (await http.get(address)).json()["placed"], "a page that missed the answer can ask"


@pytest.mark.parametrize("cut", [0, 1, 300_000, 999_999])
async def test_after_a_broken_connection_it_goes_on_where_it_was(site: Site, cut: int) -> None:
    own, who = await site.own("ada"), await site.enter("ada")
    body = os.urandom(1_000_000)
    async with site.http(who) as http:
        address = f"/api/uploads/{own}/{(await begin(http, own, 'a.bin', len(body))).json()['upload']}"
        await broken(site, who, address, body, cut)
        offset = (await http.get(address)).json()["offset"]
        assert offset <= cut
        assert not (site.folder(own) / "a.bin").exists()
        for wrong in {0, offset + 1} - {offset}:
            refused = await send(http, address, wrong, body[wrong : wrong + 1])
            assert (refused.status_code, refused.json()["error"]["details"]) == (409, {"offset": offset})
        assert (await send(http, address, offset, body[offset:])).json()["placed"]
    assert (site.folder(own) / "a.bin").read_bytes() == body


async def broken(site: Site, who: SignedIn, address: str, body: bytes, cut: int) -> None:
    """Announce the whole body, send a part of it, and drop the line."""
    host, _, port = site.address.removeprefix("http://").partition(":")
    head = (
        f"PUT {address}?offset=0 HTTP/1.1\r\nHost: {host}:{port}\r\nx-pythonide: 1\r\n"
        f"Cookie: {who.cookie}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    async with await anyio.connect_tcp(host, int(port)) as line:
        await line.send(head.encode() + body[:cut])


async def test_what_has_the_place_is_not_replaced_unasked_and_then_lies_in_the_bin(site: Site) -> None:
    own, who = await site.own("ada"), await site.enter("ada")
    async with site.http(who) as http, connected(who) as page:
        assert (await begin(http, own, "hello.py", 3)).status_code == 409
        assert (await begin(http, own, "HELLO.py", 3, replace=True)).status_code == 409
        assert (await uploaded(http, own, "hello.py", b"new", replace=True)).json()["placed"]
        assert (site.folder(own) / "hello.py").read_bytes() == b"new"
        (item,) = (await page.ask("bin.list", workspace=own))["items"]
        assert item["path"] == "hello.py"
        upload = (await begin(http, own, "late.py", 1)).json()["upload"]
        (site.folder(own) / "late.py").write_text("a program was first")
        refused = await send(http, f"/api/uploads/{own}/{upload}", 0, b"x")
        assert refused.json()["error"]["code"] == "already_exists"
        assert (site.folder(own) / "late.py").read_text() == "a program was first"


@pytest.mark.parametrize(
    ("path", "size", "code"),
    [
        ("big.bin", 256 * 1024 * 1024 + 1, "too_large"),
        ("a/CON/b.txt", 1, "invalid_name"),
        ("a:b", 1, "invalid_name"),
        ("../x", 1, "invalid_name"),
        ("hello.py/x", 1, "already_exists"),
        (".pythonide-x", 1, "invalid_name"),
        ("x\u202ey", 1, "invalid_name"),
        ("", 1, "bad_request"),
        ("a", -1, "bad_request"),
    ],
)
async def test_what_would_be_wrong_is_said_before_the_bytes_travel(site: Site, path: str, size: int, code: str) -> None:
    own = await site.own("ada")
    async with site.http(await site.enter("ada")) as http:
        assert (await begin(http, own, path, size)).json()["error"]["code"] == code


async def test_an_upload_is_its_beginners_alone(site: Site) -> None:
    own, folder = await site.own("ada"), await site.own("alan")
    async with site.http(await site.enter("ada")) as http:
        upload = (await begin(http, own, "a.bin", 5)).json()["upload"]
        assert (await send(http, f"/api/uploads/{folder}/{upload}", 0, b"x")).status_code == 404
        assert (await send(http, f"/api/uploads/{own}/{'0' * 32}", 0, b"x")).status_code == 404
        assert (await send(http, f"/api/uploads/{own}/..", 0, b"x")).status_code in (404, 405)
    async with site.http(await site.enter("teacher")) as http:
        assert (await begin(http, own, "b.bin", 5)).status_code == 403
        assert (await http.get(f"/api/uploads/{own}/{upload}")).status_code == 403
    async with site.http(await site.enter("alan")) as http:
        assert (await http.get(f"/api/uploads/{own}/{upload}")).status_code == 404


async def test_more_than_was_announced_ends_it_and_what_is_given_up_is_gone(site: Site) -> None:
    own = await site.own("ada")
    async with site.http(await site.enter("ada")) as http:
        upload = (await begin(http, own, "a.bin", 5)).json()["upload"]
        assert (await send(http, f"/api/uploads/{own}/{upload}", 0, b"123456")).status_code == 413
        assert (await http.get(f"/api/uploads/{own}/{upload}")).status_code == 404
        upload = (await begin(http, own, "b.bin", 5)).json()["upload"]
        await send(http, f"/api/uploads/{own}/{upload}", 0, b"123")
        for _ in range(2):
            gone = await http.request("DELETE", f"/api/uploads/{own}/{upload}", json={})
            assert gone.status_code == 204
        too_long = await send(http, f"/api/uploads/{own}/{upload}", 0, bytes(CHUNK + 1))
        assert too_long.status_code == 413
    assert not list((site.data / "workspaces" / ".parts" / own).iterdir())


async def test_uploads_need_our_header_and_our_origin(site: Site) -> None:
    own, who = await site.own("ada"), await site.enter("ada")
    async with httpx.AsyncClient(base_url=site.address, headers={"cookie": who.cookie}) as http:
        assert (await begin(http, own, "a.bin", 5)).status_code == 403
        assert (await send(http, f"/api/uploads/{own}/{'0' * 32}", 0, b"x")).status_code == 403
    async with site.http(who, origin="https://evil.example") as http:
        assert (await begin(http, own, "a.bin", 5)).status_code == 403


async def test_nobody_has_endless_uploads_open(site: Site) -> None:
    own = await site.own("ada")
    async with site.http(await site.enter("ada")) as http:
        codes = [(await begin(http, own, f"{number}.bin", 1)).status_code for number in range(66)]
    assert codes == [201] * 64 + [429] * 2
