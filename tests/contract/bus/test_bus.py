"""What every bus does; one that is faulty may lose and double, but it still raises, answers and ends as promised."""

from collections.abc import AsyncGenerator

import anyio
import pytest

from pythonide.adapters.bus import LocalBus
from pythonide.adapters.clock import SystemClock
from pythonide.ports import Bus, NoResponderError
from tests.fakes.bus import faulty_bus


@pytest.fixture(params=["local", "wrapped"])
async def bus(request: pytest.FixtureRequest) -> AsyncGenerator[Bus, None]:
    if request.param == "local":
        yield LocalBus()
        return
    async with faulty_bus(SystemClock(), trouble=0.0, seed=1) as wrapped:
        yield wrapped


async def test_a_request_gets_its_reply(bus: Bus) -> None:
    async def shout(data: bytes) -> bytes:
        return data.upper()

    async with bus.subscribed("a", shout):
        assert await bus.request("a", b"x", within=1) == b"X"


async def test_a_subject_nobody_serves_is_told_at_once(bus: Bus) -> None:
    async def nothing(data: bytes) -> None:
        return None

    async with bus.subscribed("a", nothing):
        pass
    with pytest.raises(NoResponderError):
        await bus.request("a", b"", within=1)


async def test_a_silent_responder_times_out(bus: Bus) -> None:
    async def silent(data: bytes) -> bytes:
        await anyio.sleep_forever()
        return b""

    async with bus.subscribed("a", silent):
        with pytest.raises(TimeoutError):
            await bus.request("a", b"", within=0.01)


async def test_what_is_published_reaches_every_subscriber_in_order(bus: Bus) -> None:
    heard: list[bytes] = []
    done = anyio.Event()

    async def listen(data: bytes) -> None:
        heard.append(data)
        if len(heard) == 20:
            done.set()

    async def listen_too(data: bytes) -> None:
        await listen(data)

    async with bus.subscribed("a", listen), bus.subscribed("a", listen_too):
        for number in range(10):
            await bus.publish("a", bytes([number]))
        with anyio.fail_after(5):
            await done.wait()
    assert sorted(heard) == sorted(bytes([number]) for number in range(10) for _ in range(2))


async def test_a_subscriber_that_fails_or_sleeps_harms_nobody(bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    done = anyio.Event()

    async def broken(data: bytes) -> None:
        raise ValueError("a bug")

    async def asleep(data: bytes) -> None:
        await anyio.sleep_forever()

    async def awake(data: bytes) -> None:
        if data == b"last":
            done.set()

    async with bus.subscribed("a", broken), bus.subscribed("a", asleep), bus.subscribed("a", awake):
        with anyio.fail_after(5):
            for _ in range(1500):
                await bus.publish("a", b"x")
            await bus.publish("a", b"last")
            await done.wait()
    assert len([record for record in caplog.records if record.message == "incident"]) >= 1000
