"""The real application on a real socket: doors, answers, and closing."""

import json
import os
import socket
from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from pythonide.protocol.version import VERSION
from pythonide_client import ClosedError, RefusedError, connected
from tests.fakes.site import GUARD, Site

pytestmark = pytest.mark.anyio


async def test_a_link_works_once_and_only_by_post(site: Site) -> None:
    async with httpx.AsyncClient(base_url=site.address, headers=GUARD) as http:
        token = await site.link("ada")
        assert (await http.get(f"/link?{token}")).status_code == 200
        assert (await http.post("/api/login/link/look", json={"token": token})).json()["loginName"] == "ada"
        assert (await http.post("/api/login/link", json={"token": token})).status_code == 200
        cookie = http.cookies["pythonide"]
        again = await http.post("/api/login/link", json={"token": token})
        assert (again.status_code, again.json()["error"]["code"]) == (404, "not_found")
        assert (await http.get("/api/me")).json()["loginName"] == "ada"
        assert cookie not in again.text


async def test_forged_requests_are_refused(site: Site) -> None:
    body = {"name": "ada", "password": "x"}
    async with httpx.AsyncClient(base_url=site.address) as http:
        assert (await http.post("/api/login", json=body)).status_code == 403
        foreign = GUARD | {"origin": "https://evil.example"}
        assert (await http.post("/api/login", json=body, headers=foreign)).status_code == 403
        cross = GUARD | {"sec-fetch-site": "cross-site"}
        assert (await http.post("/api/login", json=body, headers=cross)).status_code == 403
        assert (await http.get("/", headers={"host": "evil.example"})).status_code == 421
        assert (await http.post("/api/login", json=body, headers=GUARD)).status_code == 401


async def test_a_socket_needs_its_own_origin_and_a_login(site: Site) -> None:
    address = site.address.replace("http", "ws") + "/api/ws"
    with pytest.raises(InvalidStatus):
        async with connect(address, additional_headers={"Origin": "https://evil.example"}):
            pass
    async with connect(address, additional_headers={"Origin": site.address}) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_request"),
        ("[]", "bad_request"),
        ("[" * 100_000, "bad_request"),
        ('{"type": "no.such", "requestId": "a"}', "unknown_command"),
        ('{"type": "run.stop", "requestId": "a", "run": 7}', "bad_request"),
        ('{"type": "connection.ping", "requestId": "a", "more": 1}', "bad_request"),
        ('{"type": "connection.ping", "requestId": "a"}', "out_of_order"),
        ('"' + "x" * 6_000_000 + '"', "too_large"),
    ],
)
async def test_what_cannot_be_read_is_answered(site: Site, text: str, code: str) -> None:
    who = await site.enter("ada")
    async with connected(who, hello=False) as client:
        await client.send_raw(text)
        message = await client.receive()
        assert isinstance(message, dict)
        assert message["error"]["code"] == code
        await client.ask("connection.hello", client="0" * 32, versions=[VERSION])


async def test_other_peoples_things_are_absent(site: Site) -> None:
    async with connected(await site.enter("ada")) as ada, connected(await site.enter("alan")) as alan:
        own = ada.welcome["workspaces"][0]["workspace"]
        answers: list[str] = []
        for workspace in (own, "f" * 32):
            with pytest.raises(RefusedError) as refused:
                await alan.ask("workspace.open", workspace=workspace)
            answers.append(json.dumps(refused.value.error))
        assert answers[0] == answers[1]


async def test_health_says_when_programs_cannot_run_and_nothing_more(site: Site) -> None:
    async with site.http() as http:
        assert (await http.get("/api/health")).json() == {"ok": True, "status": "ready"}
        site.sandboxes.broken = True
        assert (await http.get("/api/health")).json() == {"ok": True, "status": "degraded"}
        site.sandboxes.broken = False
        assert (await http.get("/api/health")).json() == {"ok": True, "status": "ready"}


async def test_signing_out_closes_open_sockets(site: Site) -> None:
    who = await site.enter("ada")
    async with connected(who) as client:
        async with httpx.AsyncClient(base_url=site.address, headers=GUARD | {"cookie": who.cookie}) as http:
            assert (await http.post("/api/logout", headers={"content-length": "0"})).status_code == 204
        with pytest.raises(ClosedError), anyio.fail_after(5):
            await client.receive()


async def test_small_messages_wait_for_no_acknowledgement(site: Site) -> None:
    """Nagle's algorithm is off on the server's side of every connection: it would cost 40 ms per small message."""
    async with connected(await site.enter("ada")):
        delays = [kept_back(int(name), urlsplit(site.address).port) for name in os.listdir("/proc/self/fd")]
    assert set(delays) == {None, False}


def kept_back(descriptor: int, port: int | None) -> bool | None:
    """Tell whether small messages wait on this descriptor; `None` if it is no connection to `port` that was accepted."""
    try:
        with socket.socket(fileno=os.dup(descriptor)) as one:
            if one.getpeername() and one.getsockname()[1] == port:
                return not one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    except OSError:  # no socket, or nobody at the other end
        return None
    return None
