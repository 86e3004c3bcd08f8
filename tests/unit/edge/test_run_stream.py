"""Credit between page and web node: a window and no more, whatever the page claims and whatever the node hands over."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import anyio
import pytest

from pythonide.domain.ids import ClientId, RunId, UserId, new_id
from pythonide.edge.ws.run_stream import RunStream
from pythonide.edge.ws.sender import Sender
from pythonide.execution.frames import FrameKind as PieceKind
from pythonide.execution.frames import StreamFrame
from pythonide.features.runs.model import Who
from pythonide.features.runs.service import RunService
from pythonide.protocol.frames import WINDOW_BYTES, FrameKind, decode_frame
from tests.fakes.clock import settle

pytestmark = pytest.mark.anyio
PIECE = 10_000


class Eager:
    """A node that hands over whatever it is asked for, and a socket that takes it: only the stream can hold back."""

    def __init__(self) -> None:
        self.handed = 0
        self.sent = 0
        self.output = self.events = self
        self.standing = SimpleNamespace(output_end=0)
        self.granted: list[int] = []

    @asynccontextmanager
    async def following(self, *_: object) -> AsyncGenerator[SimpleNamespace]:
        quiet = SimpleNamespace(receive=anyio.sleep_forever)
        yield SimpleNamespace(standing=self.standing, output=self, events=quiet)

    async def receive(self) -> StreamFrame:
        self.handed += PIECE
        return StreamFrame(PieceKind.DATA, self.handed - PIECE, self.handed, b"x" * PIECE)

    async def ack(self, offset: int) -> None:
        self.granted.append(offset)

    async def binary(self, data: bytes) -> None:
        frame = decode_frame(data)
        assert (frame.kind, frame.offset) == (FrameKind.OUTPUT, self.sent)
        self.sent += len(frame.payload)
        await anyio.lowlevel.checkpoint()


async def test_a_page_gets_one_window_and_more_only_for_what_it_had() -> None:
    eager: Any = Eager()
    who = Who(UserId(new_id()), ClientId(new_id()))
    stream = RunStream(cast("RunService", eager), who, RunId(new_id()), 0, cast("Sender", eager))
    stream.told.set()
    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(stream.pump)
            await settle()
            assert WINDOW_BYTES - PIECE < eager.sent <= WINDOW_BYTES
            first = eager.sent
            for claimed in (2**53, first + 1, 0, -1):
                await stream.acknowledged(claimed)
            await settle()
            assert (eager.sent, eager.granted) == (first, [])
            await stream.acknowledged(3 * PIECE)
            await settle()
            assert (eager.sent, eager.granted) == (first + 3 * PIECE, [3 * PIECE])
            tasks.cancel_scope.cancel()
