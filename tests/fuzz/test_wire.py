"""Whatever comes over the socket has a defined answer; nothing crashes, nothing is left, and others are served meanwhile."""

import gc
import json
import re
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from pythonide.domain.errors import ErrorCode
from pythonide.domain.ids import new_id
from pythonide.edge.errors import CloseCode
from pythonide.edge.ws.connection import MAX_FAULTS
from pythonide.protocol.frames import (
    HEADER,
    MAX_INPUT_PAYLOAD,
    WINDOW_BYTES,
    Frame,
    FrameKind,
)
from pythonide.protocol.version import VERSION
from pythonide_client import Client, ClosedError, RefusedError, SignedIn, connected
from tests.fakes.samples import NAMES, NOWHERE, fields_of
from tests.fakes.site import Site, open_site

pytestmark = pytest.mark.anyio
CODES = {code.value for code in ErrorCode} - {"internal", "timeout", "unavailable"}
LARGEST_REFUSAL = 4096
FUZZ = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

numbers = st.one_of(
    st.integers(), st.integers(-2, 2), st.sampled_from([2**53, 2**53 + 1, 2**64, -(2**63)]), st.floats()
)
words = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [NOWHERE, NOWHERE + "\n", "../../etc/passwd", "/", "\0", "\ud800", "a" * 3000, "run:" + NOWHERE, "🐍"]
    ),
)
LONG_FIELD = json.dumps({"type": "connection.ping", "requestId": "long", "x" * 9000: 1})
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, words),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=8,
)


@st.composite
def commands(draw: st.DrawFn) -> str:
    """A command that is nearly right: some fields are other values, missing, or too many."""
    tag = draw(st.sampled_from([*sorted(NAMES), "run.fork", "", "connection"]))
    fields: dict[str, Any] = fields_of(tag) if tag in NAMES else {}
    for name in draw(st.lists(st.sampled_from([*fields, "requestId", "type", "more", "offset", "seen"]), max_size=3)):
        fields[name] = draw(values)
    message = {"type": tag, "requestId": new_id()} | fields
    for name in draw(st.lists(st.sampled_from(sorted(message)), max_size=1)):
        del message[name]
    return json.dumps(message)


texts = st.one_of(
    commands(),
    commands().flatmap(lambda text: st.integers(0, len(text)).map(lambda cut: text[:cut])),
    st.text(max_size=200),
    values.map(json.dumps),
    st.sampled_from(
        [LONG_FIELD, "", "null", "[" * 50_000, '{"a":' * 5_000, '{"type":"run.stop"' + " " * 100_000, "\0" * 1000]
    ),
).filter(lambda text: "\ud800" not in text)
frames = st.one_of(
    st.binary(max_size=40),
    st.builds(
        lambda kind, channel, offset, payload: HEADER.pack(kind, channel, offset) + payload,
        st.integers(0, 255),
        st.one_of(st.integers(0, 3), st.integers(0, 2**32 - 1)),
        st.one_of(st.integers(0, 3), st.integers(0, 2**64 - 1)),
        st.one_of(st.binary(max_size=20), st.sampled_from([b"x" * (MAX_INPUT_PAYLOAD + 1), b"y" * 100_000])),
    ),
)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One class for the module: it must stand all of it."""
    return "asyncio"


@dataclass
class Target:
    site: Site
    who: SignedIn
    other: Client
    own: str


@pytest.fixture(scope="module")
async def target(anyio_backend: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Target]:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(open_site(tmp_path_factory.mktemp("fuzz")))
        other = await stack.enter_async_context(connected(await site.enter("alan")))
        yield Target(site, await site.enter("ada"), other, await site.own("ada"))


@pytest.fixture(autouse=True)
async def _nothing_crashes_and_nothing_is_left(target: Target) -> AsyncIterator[None]:
    with capture_logs() as records:
        yield
        await target.other.ask("connection.ping")
        with anyio.fail_after(30):
            while len(target.site.connections) > 1:
                await target.other.ask("connection.ping")
    assert [record for record in records if record["log_level"] == "error"] == []


def check(message: Any) -> None:
    """An error is one of the documented ones, short, and says nothing of the inside."""
    if isinstance(message, dict) and message["type"] == "reply.error":
        error = message["error"]
        assert error["code"] in CODES, error
        assert len(json.dumps(error)) < LARGEST_REFUSAL
        assert not re.search(r"Traceback|/site-packages/|/pythonide/|sqlalchemy", json.dumps(error))


async def closing(page: Client) -> int:
    """Return with which code the server closes; whatever comes before that is checked."""
    try:
        while True:
            check(await page.receive())
    except ClosedError as closed:
        return closed.code


async def until_pong(page: Client) -> list[Any]:
    """Ask whether the connection still answers, and return what came before that."""
    request_id, came = new_id(), []
    await page.send_raw(json.dumps({"type": "connection.ping", "requestId": request_id}))
    while True:
        message = await page.receive()
        if isinstance(message, dict) and message.get("re") == request_id:
            return came
        check(message)
        came.append(message)


@FUZZ
@given(said=st.lists(st.one_of(texts, frames), min_size=1, max_size=12))
async def test_after_hello_each_text_is_answered_once_and_the_connection_lives(
    target: Target, said: list[str | bytes]
) -> None:
    with anyio.fail_after(60):
        async with connected(target.who) as page:
            for one in said:
                await page.send_raw(one)
            came = await until_pong(page)
            # What runs beside the ping may answer after it; wait for every text's one reply.
            answered = len([one for one in came if isinstance(one, dict) and "re" in one])
            texts_said = len([one for one in said if isinstance(one, str)])
            frames_said = len(said) - texts_said
            while answered < texts_said:
                message = await page.receive()
                check(message)
                answered += isinstance(message, dict) and "re" in message
            assert answered <= texts_said + frames_said


@FUZZ
@given(said=st.lists(st.one_of(texts, frames), min_size=1, max_size=6))
async def test_before_hello_nothing_is_done_and_the_door_stays_open(target: Target, said: list[str | bytes]) -> None:
    with anyio.fail_after(60):
        async with connected(target.who, hello=False) as page:
            for one in said:
                if isinstance(one, str) and "connection.hello" in one:
                    continue
                await page.send_raw(one)
                message = await page.receive()
                check(message)
                assert isinstance(message, dict)
                assert message["type"] == "reply.error"
            await page.ask("connection.hello", client=new_id(), versions=[VERSION])


@settings(FUZZ, max_examples=20)
@given(
    versions=st.lists(st.integers(-(2**70), 2**70), max_size=10),
    resume=st.dictionaries(st.sampled_from([f"run:{NOWHERE}", f"workspace:{NOWHERE}", "x", "run:", "a" * 90]), values),
)
async def test_hello_of_any_kind(target: Target, versions: list[int], resume: dict[str, Any]) -> None:
    with anyio.fail_after(60):
        async with connected(target.who, hello=False) as page:
            hello = {"type": "connection.hello", "requestId": "hello", "client": new_id()}
            await page.send_raw(json.dumps(hello | {"versions": versions, "resume": resume}))
            reply = await page.receive()
            check(reply)
            assert isinstance(reply, dict)
            if reply["type"] == "reply.ok":
                assert VERSION in versions
                assert set(reply["result"]["streams"].values()) <= {"gone"}
                return
            assert reply["error"]["code"] in ("bad_request", "unsupported_version")
            if reply["error"]["code"] == "unsupported_version":
                assert await closing(page) == CloseCode.UNSUPPORTED_VERSION


async def test_too_much_nonsense_ends_the_connection(target: Target) -> None:
    with anyio.fail_after(60):
        async with connected(target.who) as page:
            for _ in range(MAX_FAULTS):
                await page.send_raw("{")
            assert await closing(page) == CloseCode.TOO_MANY_ERRORS


@pytest.mark.parametrize(
    ("data", "code"),
    [("x" * 11_000_000, 1009), (b"x" * 11_000_000, 1009)],
    ids=["text", "binary"],
)
async def test_a_message_beyond_all_limits_closes_the_socket(target: Target, data: str | bytes, code: int) -> None:
    with anyio.fail_after(60):
        async with connected(target.who) as page:
            try:
                await page.send_raw(data)
            except ClosedError as closed:
                found = closed.code
            else:
                found = await closing(page)
    assert found == code


async def test_a_command_sent_again_is_answered_with_the_same_and_done_once(target: Target) -> None:
    with anyio.fail_after(60):
        async with connected(target.who, client="c" * 32) as page:
            asked = {"workspace": target.own, "path": "once.py", "text": "x = 1\n"}
            first = await page.ask_as("same", "file.create", **asked)
            assert await page.ask_as("same", "file.create", **asked) == first
            with pytest.raises(RefusedError) as refused:
                await page.ask_as("same", "file.create", **(asked | {"path": "other.py"}))
            assert refused.value.code == "bad_request"
            with pytest.raises(RefusedError) as refused:
                await page.ask_as("another", "file.create", **asked)
            assert refused.value.code == "already_exists"
        async with connected(target.who, client="c" * 32) as page:
            assert await page.ask_as("same", "file.create", **asked) == first, "also over another connection"
            run = {"workspace": target.own, "path": "hello.py"}
            for _ in range(2):
                await page.send_raw(json.dumps({"type": "run.start", "requestId": "run", **run}))
            replies = []
            while len(replies) < 2:
                message = await page.receive()
                replies += [message] if isinstance(message, dict) and message.get("re") == "run" else []
            assert replies[0] == replies[1]
        async with connected(target.who, client="d" * 32) as page:
            with pytest.raises(RefusedError) as refused:
                await page.ask_as("same", "file.create", **asked)
            assert refused.value.code == "already_exists", "another page's ids are its own"


async def test_credit_that_was_never_given_is_worth_nothing(target: Target) -> None:
    """Acknowledging the future does not make the server send without end; unknown channels are refused."""
    with anyio.fail_after(60):
        async with connected(target.who) as page:
            page.acknowledges = False
            run = (await page.ask("run.start", workspace=target.own, path="flood.py"))["run"]
            attached = await page.ask("run.attach", run=run)
            for offset in (2**40, 2**53, 0):
                await page.send_raw(Frame(FrameKind.ACK, attached["channel"], offset).encode())
            # The flood is larger than the window. The end of the run comes as an event; then nothing more can come.
            over = attached["snapshot"]["scriptEnd"] is not None
            while not over and not any(event["type"] == "run.script_ended" for event in page.events):
                await page.receive()
            await until_pong(page)
            assert len(page.output[attached["channel"]]) <= WINDOW_BYTES
            await page.send_raw(Frame(FrameKind.ACK, 999, 1).encode())
            await page.send_raw(HEADER.pack(FrameKind.OUTPUT, attached["channel"], 0) + b"mine")
            await page.send_raw(HEADER.pack(FrameKind.INPUT, attached["channel"], 2**54))
            refusals = 0
            while refusals < 3:
                message = await page.receive()
                check(message)
                refusals += isinstance(message, dict) and message["type"] == "reply.error"
            await page.ask("run.stop", run=run)


async def test_floods_leave_memory_as_it_was_and_others_served(target: Target) -> None:
    async def flood(rounds: int) -> None:
        for _ in range(rounds):
            async with connected(target.who) as page:
                for number in range(300):
                    await page.send_raw(
                        json.dumps(
                            {
                                "type": "document.load",
                                "requestId": f"r{number}",
                                "workspace": NOWHERE,
                                "path": "x" * 900,
                            }
                        )
                    )
                replies = 0
                while replies < 300:
                    message = await page.receive()
                    check(message)
                    replies += isinstance(message, dict) and "re" in message

    with anyio.fail_after(100):
        await flood(2)
        await target.site.services.identity.sweep()
        gc.collect()
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            await flood(6)
            gc.collect()
            grown = tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()
    assert grown < 1_000_000
