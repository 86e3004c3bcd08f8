"""The bus of one machine: everything stays in this process."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import anyio.lowlevel
from anyio import create_memory_object_stream, create_task_group
from anyio.abc import ObjectReceiveStream
from anyio.streams.memory import MemoryObjectSendStream

from pythonide.kit.tasks import bare
from pythonide.ports import Handler, NoResponderError

log = logging.getLogger(__name__)

QUEUE = 1024
"""Messages a subscriber may be behind; more are lost, as on any bus: streams notice and ask again."""


class LocalBus:
    """Implements the `Bus` port. A handler's failure is logged and hurts neither its caller's loop nor other subscribers."""

    def __init__(self) -> None:
        self._subscribers: dict[str, dict[Handler, MemoryObjectSendStream[bytes]]] = {}
        self.lost = 0
        """Messages that a full subscriber did not get."""

    async def request(self, subject: str, data: bytes, *, within: float) -> bytes:
        """Return the first subscriber's reply; it runs in the caller's task."""
        subscribers = self._subscribers.get(subject)
        if not subscribers:
            raise NoResponderError(subject)
        with anyio.fail_after(within):
            reply = await next(iter(subscribers))(data)
        return reply if reply is not None else b""

    async def publish(self, subject: str, data: bytes) -> None:
        """Queue the message for each subscriber; never waits for one."""
        for queue in list(self._subscribers.get(subject, {}).values()):
            try:
                queue.send_nowait(data)
            except anyio.WouldBlock:
                self.lost += 1
        await anyio.lowlevel.checkpoint()

    @asynccontextmanager
    async def subscribed(self, subject: str, handler: Handler) -> AsyncGenerator[None, None]:
        """Serve `subject` while the block is open."""
        send, receive = create_memory_object_stream[bytes](QUEUE)
        self._subscribers.setdefault(subject, {})[handler] = send
        try:
            with bare():
                async with receive, create_task_group() as group:
                    group.start_soon(_deliver, subject, handler, receive)
                    yield
                    group.cancel_scope.cancel()
        finally:
            subscribers = self._subscribers[subject]
            del subscribers[handler]
            if not subscribers:
                del self._subscribers[subject]
            send.close()


async def _deliver(subject: str, handler: Handler, queue: ObjectReceiveStream[bytes]) -> None:
    async for data in queue:
        try:
            await handler(data)
        except Exception:  # one subscriber's bug is not the publisher's, nor the end of its own subscription
            log.exception("incident", extra={"subject": subject})
