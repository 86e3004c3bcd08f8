"""Answers that are made while they are sent: files of any size and archives, in bounded memory."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager

import anyio
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

STALLED_SECONDS = 60.0
"""Whoever takes nothing for so long has gone; an archive would hold a thread for ever."""


class Streamed(Response):
    """An answer whose bytes come from something that is open while they do.

    What is wrong before the first byte is refused in the ordinary way; after it the connection ends early, which every browser shows as a broken download.
    """

    def __init__(self, opened: AbstractAsyncContextManager[AsyncIterator[bytes]], headers: Mapping[str, str]) -> None:
        super().__init__(headers=dict(headers))
        self._opened = opened
        self._headers = dict(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def patiently(message: Message) -> None:
            with anyio.fail_after(STALLED_SECONDS):
                await send(message)

        async with self._opened as chunks:
            try:
                await StreamingResponse(chunks, headers=self._headers)(scope, receive, patiently)
            except TimeoutError:
                return
