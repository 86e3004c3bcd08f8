"""A million printed lines on a real server: every byte is counted, memory stays bounded, and nobody else is held up."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import pytest

from pythonide.execution.output_log import BLOCK, CAPACITY
from pythonide_client import Client, SignedIn, connected, sign_in_by_link
from tools.demo_server import DemoServer, demo_server

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]

LINES = 1_000_000
COUNTS = f"for n in range({LINES}): print(n)\n"
FLOODS = "n = 0\nwhile True:\n    n += 1\n    print(n)\n"
ASKS = "name = input('who? ')\nprint('hello', name)\n"
PROMPT = b">>> "
BYTES = sum(len(str(n)) + 2 for n in range(LINES)) + len(PROMPT)
LAST = "".join(f"{n}\r\n" for n in range(LINES - 5000, LINES)).encode() + PROMPT
PATIENCE = 180
MUCH = 4 << 20
ROOM = 48 << 20
"""What the server may grow by: the ring, what is on its way to its pages, and what any run takes."""


class Person:
    """A student on a page of their own."""

    def __init__(self, who: SignedIn, page: Client) -> None:
        self.who = who
        self.page = page
        self.workspace: str = page.welcome["workspaces"][0]["workspace"]

    async def start(self, path: str, text: str) -> tuple[str, int]:
        await self.page.ask("file.create", workspace=self.workspace, path=path, text=text)
        run = (await self.page.ask("run.start", workspace=self.workspace, path=path))["run"]
        return run, (await self.page.ask("run.attach", run=run))["channel"]

    async def sees_last(self, channel: int, text: bytes) -> None:
        while not self.page.output.get(channel, b"").endswith(text):
            await self.page.receive()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoServer]:
    with demo_server(tmp_path / "data", PYTHONIDE_DEMO_STUDENTS="3") as running:
        yield running


@pytest.fixture
async def people(server: DemoServer) -> AsyncIterator[list[Person]]:
    async with AsyncExitStack() as stack:
        found: list[Person] = []
        for name, link in server.links.items():
            if "(student)" in name:
                who = await sign_in_by_link(link)
                found.append(Person(who, await stack.enter_async_context(connected(who))))
        with anyio.fail_after(PATIENCE):
            yield found


def resident_bytes(pid: int) -> int:
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) * 1024


async def test_every_byte_is_counted_and_memory_is_bounded(server: DemoServer, people: list[Person]) -> None:
    ada, *_ = people
    before = resident_bytes(server.process.pid)
    run, channel = await ada.start("counts.py", COUNTS)
    await ada.sees_last(channel, PROMPT)
    shown, dropped = ada.page.output[channel], ada.page.dropped.get(channel, 0)
    assert len(shown) + dropped == BYTES
    assert shown.endswith(LAST), "who cannot follow misses what is older, never the end"
    # Whoever comes late is told how much is no longer there, and gets the rest.
    async with connected(ada.who) as late:
        other = (await late.ask("run.attach", run=run, offset=0))["channel"]
        while not late.output.get(other, b"").endswith(PROMPT):
            await late.receive()
        kept = late.output[other]
        assert late.dropped[other] + len(kept) == BYTES
        assert CAPACITY <= len(kept) <= CAPACITY + BLOCK
        assert kept.endswith(LAST)
    assert resident_bytes(server.process.pid) - before < ROOM


async def test_a_flood_holds_nobody_up_and_stops(server: DemoServer, people: list[Person]) -> None:
    """Two floods: one has a page that takes what comes, the other one that takes nothing at all."""
    ada, ben, eve = people
    before = resident_bytes(server.process.pid)
    flood, shown = await ada.start("flood.py", FLOODS)
    ben.page.acknowledges = False
    unread, _ = await ben.start("flood.py", FLOODS)
    while len(ada.page.output.get(shown, b"")) < MUCH:
        await ada.page.receive()
    _, channel = await eve.start("asks.py", ASKS)
    await eve.sees_last(channel, b"who? ")
    await eve.page.type(channel, 0, b"Eve\r")
    await eve.sees_last(channel, b"hello Eve\r\n" + PROMPT)
    for person, run in ((ada, flood), (ben, unread)):
        await person.page.ask("run.stop", run=run)
        while not any(event["type"] == "run.script_ended" for event in person.page.events):
            await person.page.receive()
    assert resident_bytes(server.process.pid) - before < ROOM
