"""Connections that break anywhere: every byte of a run comes exactly once, or a gap names what is missing."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import pytest

from pythonide.domain.ids import new_id
from pythonide.execution.output_log import BLOCK, CAPACITY
from pythonide.protocol.frames import WINDOW_BYTES
from pythonide.protocol.version import VERSION
from pythonide_client import Client, ClosedError, Transcript, attached, connected, follow
from tests.fakes.sandboxes import Exited, FakeProcess
from tests.fakes.site import Site, open_site, with_node

pytestmark = pytest.mark.anyio
CHUNKS, CHUNK = 150, 2_000


def chunk(number: int) -> bytes:
    return (f"{number:06d}." * (CHUNK // 7 + 1))[:CHUNK].encode()


def whole(chunks: int = CHUNKS) -> bytes:
    return b"".join(chunk(number) for number in range(chunks))


async def long_tale(process: FakeProcess) -> None:
    """Prints known bytes for some seconds, then ends for good."""
    for number in range(CHUNKS):
        process.print(chunk(number).decode())
        await process.sleep(0.005)
    raise Exited(0)


async def torrent(process: FakeProcess) -> None:
    """Prints more than is kept, as fast as it can, and ends."""
    for number in range(2_500):
        process.print(chunk(number).decode())
    raise Exited(0)


@dataclass
class Cutter:
    """A TCP proxy that lets so many bytes through towards the page, then breaks the connection."""

    server: int
    cuts: random.Random
    port: int = 0
    broken: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        budget = int(self.cuts.triangular(300, 60_000, 2_000))
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.server)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._copy, reader, up_writer, 10**9, tasks.cancel_scope)
            tasks.start_soon(self._copy, up_reader, writer, budget, tasks.cancel_scope)
        self.broken += 1
        for one in (writer, up_writer):
            one.transport.abort()

    async def _copy(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, budget: int, scope: anyio.CancelScope
    ) -> None:
        try:
            while budget > 0 and (data := await source.read(min(budget, 4096))):
                target.write(data)
                await target.drain()
                budget -= len(data)
        except OSError:
            pass
        scope.cancel()


@asynccontextmanager
async def cutter(site: Site, seed: int) -> AsyncIterator[Cutter]:
    port = urlsplit(site.address).port
    assert port is not None
    proxy = Cutter(port, random.Random(seed))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path, change=with_node(send_seconds=1.0)) as site:
        site.sandboxes.behaviours |= {"hello.py": long_tale, "echo.py": torrent}
        yield site


@pytest.mark.parametrize("seed", range(3))
async def test_every_byte_comes_exactly_once_over_a_line_that_breaks_anywhere(stage: Site, seed: int) -> None:
    who, own = await stage.enter("ada"), await stage.own("ada")
    with anyio.fail_after(100):
        async with cutter(stage, seed) as line, connected(who) as page:
            run = (await page.ask("run.start", workspace=own, path="hello.py"))["run"]
            heard = await follow(who, run, client=new_id(), via=f"127.0.0.1:{line.port}")
    assert line.broken > 5, "the line broke often enough to prove something"
    assert heard.gaps == []
    assert bytes(heard.data) == whole()


async def test_what_is_not_kept_is_a_gap_that_names_it(stage: Site) -> None:
    """Output larger than what is kept: bytes and gaps together are the whole, in order."""
    who, own = await stage.enter("ada"), await stage.own("ada")
    with anyio.fail_after(100):
        async with cutter(stage, 7) as line, connected(who) as page:
            run = (await page.ask("run.start", workspace=own, path="echo.py"))["run"]
            heard = await follow(who, run, client=new_id(), via=f"127.0.0.1:{line.port}")
    full = whole(2_500)
    assert len(heard.gaps) >= 1
    assert heard.offset == len(full)
    position, place = 0, 0
    for begin, end in [*heard.gaps, (len(full), len(full))]:
        piece = full[position:begin]
        assert heard.data[place : place + len(piece)] == piece
        place, position = place + len(piece), end
    assert place == len(heard.data) >= CAPACITY - BLOCK


async def test_two_pages_of_one_person_both_get_everything(stage: Site) -> None:
    who, own = await stage.enter("ada"), await stage.own("ada")
    both = (Transcript(), Transcript())

    async def listen(page: Client, run: str, transcript: Transcript) -> None:
        await attached(page, run, transcript)

    with anyio.fail_after(100):
        async with connected(who) as one, connected(who) as two:
            run = (await one.ask("run.start", workspace=own, path="hello.py"))["run"]
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(listen, one, run, both[0])
                tasks.start_soon(listen, two, run, both[1])
    assert [bytes(one.data) for one in both] == [whole(), whole()]


async def test_a_page_that_connects_again_takes_the_place_of_its_old_connection(stage: Site) -> None:
    who, mine = await stage.enter("ada"), new_id()
    with anyio.fail_after(30):
        async with connected(who, client=mine) as old, connected(who, client=mine) as new:
            with pytest.raises(ClosedError) as closed:
                await old.receive()
            assert closed.value.code == 4409
            await new.ask("connection.ping")


async def test_a_page_that_gives_no_credit_gets_one_window_and_slows_nobody(stage: Site) -> None:
    ada, alan = await stage.enter("ada"), await stage.enter("alan")
    own, his = await stage.own("ada"), await stage.own("alan")
    with anyio.fail_after(100):
        async with connected(ada) as slow, connected(ada) as quick, connected(alan) as other:
            slow.acknowledges = False
            run = (await slow.ask("run.start", workspace=own, path="hello.py"))["run"]
            channel = (await slow.ask("run.attach", run=run))["channel"]
            transcript = Transcript()
            await attached(quick, run, transcript)
            assert bytes(transcript.data) == whole()
            while not any(event["type"] == "run.finished" for event in slow.events):
                await slow.receive()
            await slow.ask("connection.ping")
            assert len(slow.output[channel]) <= WINDOW_BYTES < len(whole())
            his_run = (await other.ask("run.start", workspace=his, path="hello.py"))["run"]
            heard = Transcript()
            await attached(other, his_run, heard)
            assert bytes(heard.data) == whole()


async def test_a_page_that_takes_nothing_is_let_go(stage: Site) -> None:
    """Its socket is full: the server gives up after its patience, holds nothing for it, and serves others meanwhile."""
    who, other = await stage.enter("ada"), await stage.enter("alan")
    own = await stage.own("ada")
    text = "x = 1\n" * 300_000
    async with connected(other) as neighbour:
        asked = f'"type":"document.load","workspace":"{own}","path":"large.py"'
        (stage.folder(own) / "large.py").write_text(text)
        with closing(await handshake(stage, who.cookie)) as deaf:
            say(deaf, f'{{"type":"connection.hello","requestId":"h","client":"{new_id()}","versions":[{VERSION}]}}')
            for number in range(16):
                say(deaf, f'{{"requestId":"r{number}",{asked}}}')
            with anyio.fail_after(60):
                while len(stage.connections) < 2:
                    await neighbour.ask("connection.ping")
                while len(stage.connections) > 1:
                    await neighbour.ask("connection.ping")


async def handshake(site: Site, cookie: str) -> socket.socket:
    """Open a WebSocket by hand, with a small buffer, and read no further than the handshake."""
    parts = urlsplit(site.address)
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, ("127.0.0.1", parts.port))
    lines = (
        "GET /api/ws HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Origin: {site.address}",
        f"Cookie: {cookie}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
    )
    await loop.sock_sendall(raw, ("\r\n".join(lines) + "\r\n\r\n").encode())
    assert b"101" in await loop.sock_recv(raw, 64)
    return raw


def say(raw: socket.socket, text: str) -> None:
    """Send a text frame with an empty mask."""
    data = text.encode()
    size = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
    raw.send(b"\x81" + size + bytes(4) + data)
