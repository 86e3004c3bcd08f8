"""The `Merger` port: asks a child process, and starts another one whenever it dies or falls silent."""

import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import anyio
import structlog
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from pythonide.adapters.merger.wire import (
    LENGTH,
    Answer,
    Began,
    Begin,
    Led,
    Merge,
    Render,
    Request,
    Shown,
    framed,
    read_answer,
)
from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import DocumentId
from pythonide.ports import Merged, Rendered, State

COMMAND = (sys.executable, "-I", "-m", "pythonide.adapters.merger.worker")
SECONDS = 20.0
"""After which a silent child is killed: a hundred thousand updates take half of one."""
TRIES = 2
BROKEN = (OSError, TimeoutError, ValueError, anyio.EndOfStream, anyio.BrokenResourceError, anyio.IncompleteRead)

A = TypeVar("A", Began, Shown, Led)

_log = structlog.stdlib.get_logger(__name__)


@asynccontextmanager
async def open_merger(command: Sequence[str] = COMMAND) -> AsyncGenerator["MergerProcess", None]:
    """Yield a merger; its process starts when it is first asked, and is gone when the block ends."""
    merger = MergerProcess(command)
    try:
        yield merger
    finally:
        await merger.stop()


class MergerProcess:
    """One child at most, and one question at a time."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._turn = anyio.Lock()
        self._child: Process | None = None

    async def begin(self, text: str) -> bytes:
        return (await self._ask(Begin(text), Began)).update

    async def render(self, document: DocumentId, after: int, updates: Sequence[bytes]) -> Rendered | None:
        shown = await self._ask(Render(document, after, list(updates)), Shown)
        return None if shown.text is None else Rendered(shown.text, tuple(shown.unreadable))

    async def merge(self, updates: Sequence[bytes], bases: Sequence[State], text: str) -> Merged:
        led = await self._ask(Merge(list(updates), [(base.count, base.extra) for base in bases], text), Led)
        return Merged(State(*led.base), led.update)

    async def stop(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is not None:
            with anyio.CancelScope(shield=True):
                if child.returncode is None:
                    child.kill()
                await child.aclose()

    async def _ask(self, request: Request, kind: type[A]) -> A:
        # Shielded: an answer that nobody waits for would be taken for the next one's.
        with anyio.CancelScope(shield=True):
            async with self._turn:
                for _ in range(TRIES):
                    try:
                        with anyio.fail_after(SECONDS):
                            answer = await self._exchange(request)
                    except BROKEN as error:
                        _log.warning("merger_died", request=type(request).__name__, reason=repr(error))
                        await self.stop()
                        continue
                    if isinstance(answer, kind):
                        return answer
        raise UnavailableError("Texts cannot be put together just now.")

    async def _exchange(self, request: Request) -> Answer:
        if self._child is None:
            self._child = await anyio.open_process(self._command, stderr=None)
        child = self._child
        assert child.stdin is not None  # noqa: S101 - it was opened with a pipe
        assert child.stdout is not None  # noqa: S101 - likewise
        await child.stdin.send(framed(request))
        source = BufferedByteReceiveStream(child.stdout)
        (size,) = LENGTH.unpack(await source.receive_exactly(LENGTH.size))
        return read_answer(await source.receive_exactly(size))
