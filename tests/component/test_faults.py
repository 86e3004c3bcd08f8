"""A bug or a hang in any command or address: one answer at once, one log record, and nothing of the inside in it.

Commands and addresses come from their registries, so what is new is covered too.
"""

import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import anyio
import pytest
from fastapi.routing import APIRoute
from structlog.testing import capture_logs

from pythonide.domain.ids import new_id
from pythonide.edge.errors import record_incident
from pythonide.edge.http import auth, files, health
from pythonide.edge.services import Services
from pythonide.edge.ws.connection import Connection
from pythonide.protocol.base import Message
from pythonide.protocol.commands import AnyCommand
from pythonide_client import ClosedError, RefusedError, SignedIn, connected
from tests.fakes.samples import NAMES, fields_of
from tests.fakes.site import Site, open_site

pytestmark = pytest.mark.anyio
SECRET = "/srv/secret/place"
TAGS = sorted(NAMES)


class BrokenMessage(Message, frozen=True):
    """A result that cannot be written."""

    value: object = object()


async def raises() -> Message:
    raise RuntimeError(f"cannot open {SECRET}")


async def raises_a_group() -> Message:
    raise ExceptionGroup(SECRET, [KeyError(SECRET)])


async def times_out_inside() -> Message:
    raise TimeoutError(SECRET)


async def answers_nonsense() -> Message:
    return BrokenMessage()


FAULTS: list[Callable[[], Awaitable[Message]]] = [raises, raises_a_group, times_out_inside, answers_nonsense]


@dataclass
class Bench:
    """A class whose handlers do what the test says."""

    who: SignedIn
    site: Site
    act: dict[str, Callable[[], Awaitable[Message]]] = field(default_factory=dict[str, Any])


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One class for the module."""
    return "asyncio"


@pytest.fixture(scope="module")
async def bench(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    act: dict[str, Callable[[], Awaitable[Message]]] = {}

    def change(services: Services) -> Services:
        handle = services.node.handle

        async def handled(connection: Connection, command: AnyCommand) -> Message:
            tag = str(command.__struct_config__.tag)
            return await act[tag]() if tag in act else await handle(connection, command)

        return replace(services, node=replace(services.node, handle=handled, command_seconds=2.0))

    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(open_site(tmp_path_factory.mktemp("faults"), change=change))
        yield Bench(await site.enter("ada"), site, act)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("tag", TAGS)
async def test_a_fault_in_a_command_is_answered_and_logged_once(
    bench: Bench, tag: str, fault: Callable[[], Awaitable[Message]]
) -> None:
    bench.act[tag] = fault
    try:
        with capture_logs() as records:
            request_id, error = await _refused(bench, tag)
    finally:
        bench.act.clear()
    assert error["code"] == "internal"
    assert re.fullmatch("[0-9a-f]{12}", error["incident"])
    assert SECRET not in str(error)
    assert "Error" not in error["message"]
    faults = [record for record in records if record["log_level"] == "error"]
    assert [(one["incident"], one["request_id"], one["command"]) for one in faults] == [
        (error["incident"], request_id, tag)
    ]
    assert faults[0]["exc_info"] is not None


async def hangs() -> Message:
    await anyio.sleep_forever()
    raise AssertionError


async def test_every_command_that_hangs_is_answered_at_its_deadline(bench: Bench) -> None:
    tags = [tag for tag in TAGS if tag != "connection.hello"]
    with capture_logs() as records, anyio.fail_after(30):
        async with connected(bench.who) as page:
            bench.act.update(dict.fromkeys(tags, hangs))
            for number, tag in enumerate(tags):
                command = {"type": tag, "requestId": f"r{number}", **fields_of(tag)}
                await page.send_raw(json.dumps(command))
            replies = [await page.receive() for _ in tags]
        bench.act.clear()
        bench.act["connection.hello"] = hangs
        _, hello = await _refused(bench, "connection.hello")
        bench.act.clear()
    errors = {reply["re"]: reply["error"] for reply in replies if isinstance(reply, dict)}
    assert set(errors) == {f"r{number}" for number in range(len(tags))}
    assert {(error["code"], error["retryable"]) for error in [*errors.values(), hello]} == {("timeout", True)}
    assert sorted(one["command"] for one in records if one["event"] == "command_timed_out") == TAGS


async def _refused(bench: Bench, tag: str) -> tuple[str, dict[str, Any]]:
    request_id = new_id()
    with anyio.fail_after(20):
        async with connected(bench.who, hello=tag != "connection.hello") as page:
            with pytest.raises(RefusedError) as refused:
                await page.ask_as(request_id, tag, **fields_of(tag))
            if tag == "connection.hello":
                with pytest.raises(ClosedError) as closed:
                    await page.receive()
                assert closed.value.code == 1011
            else:
                bench.act.clear()
                await page.ask("connection.ping")
    return request_id, refused.value.error


# --- addresses

ROUTES = [
    (route.path, next(iter(route.methods or ())))
    for module in (auth, files, health)
    for route in module.router.routes
    if isinstance(route, APIRoute)
]
BODIES = {
    "/api/login": {"name": "ada", "password": "x"},
    "/api/login/link": {"token": "t" * 43},
    "/api/login/link/look": {"token": "t" * 43},
    "/api/password": {"token": "t" * 43, "password": "a fine new password"},
}
NEVER_FAILS = {"/api/health"}
"""Asks nobody."""


class Broken:
    """Stands for a service whose every use raises, or hangs."""

    def __init__(self, *, hang: bool = False) -> None:
        self._hang = hang

    def __getattr__(self, name: str) -> Callable[..., Awaitable[None]]:
        async def fail(*_args: object, **_named: object) -> None:
            if self._hang:
                await anyio.sleep_forever()
            raise RuntimeError(f"cannot open {SECRET}")

        return fail


def broken(*, hang: bool) -> Callable[[Services], Services]:
    def change(services: Services) -> Services:
        return replace(services, identity=Broken(hang=hang))

    return change


async def ask(site: Site, path: str, method: str) -> Any:
    address = re.sub(r"\{\w+:?\w*\}", "1", path)
    async with site.http() as http:
        http.cookies.set("pythonide", "t" * 43)
        if method == "GET":
            return await http.get(address)
        if path in BODIES:
            return await http.post(address, json=BODIES[path])
        return await http.post(address, headers={"content-length": "0"})


@pytest.fixture
async def faulty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with open_site(tmp_path_factory.mktemp("faulty"), change=broken(hang=False)) as site:
        yield site


async def test_a_fault_in_an_address_is_answered_and_logged_once(
    faulty: Site, caplog: pytest.LogCaptureFixture
) -> None:
    for path, method in ROUTES:
        with capture_logs() as records, anyio.fail_after(20):
            found = await ask(faulty, path, method)
        if path in NEVER_FAILS:
            assert found.status_code == 200
            continue
        error = found.json()["error"]
        assert (found.status_code, error["code"]) == (500, "internal"), path
        assert SECRET not in found.text
        assert found.headers["x-content-type-options"] == "nosniff"
        assert [record["incident"] for record in records] == [error["incident"]], path
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_fault_at_the_door_of_the_socket_closes_it(faulty: Site, caplog: pytest.LogCaptureFixture) -> None:
    with capture_logs() as records, pytest.raises(ClosedError) as closed, anyio.fail_after(20):
        async with connected(SignedIn(faulty.address, "pythonide=" + "t" * 43)):
            pass
    assert closed.value.code == 1011
    assert len(records) == 1
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_an_address_that_hangs_is_answered_at_its_deadline(tmp_path_factory: pytest.TempPathFactory) -> None:
    async with open_site(tmp_path_factory.mktemp("hang"), change=broken(hang=True), seconds=0.2) as site:
        for path, method in ROUTES:
            with anyio.fail_after(20):
                found = await ask(site, path, method)
            if path not in NEVER_FAILS:
                assert (found.status_code, found.json()["error"]["code"]) == (504, "timeout"), path


def test_an_incident_says_nothing_of_its_cause() -> None:
    with capture_logs() as records:
        body = record_incident(RuntimeError(SECRET), request_id="r")
    assert SECRET not in str(body)
    assert [record["incident"] for record in records] == [body.incident]
