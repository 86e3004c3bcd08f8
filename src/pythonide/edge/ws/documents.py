"""Documents on a page: rows of the log as events, each page at its own pace, only ever after they are on disk."""

from collections.abc import Awaitable, Callable

from typing_extensions import override

from pythonide.domain.errors import NotFoundError
from pythonide.edge.wire import encode_event
from pythonide.edge.ws.followed import Stream
from pythonide.edge.ws.sender import Sender
from pythonide.features.documents.log import Open
from pythonide.features.documents.model import Update
from pythonide.features.documents.service import Documents
from pythonide.ports import Clock
from pythonide.protocol.events import DocumentUpdated, StreamReset
from pythonide.protocol.models import DocumentUpdate

RECHECK = 2.0
"""Seconds after which rights are asked for again before more is sent."""


def document_stream(document: str) -> str:
    """Return the name of a document's stream."""
    return f"document:{document}"


def update_of(document: Open, row: Update) -> DocumentUpdate:
    """Return a row as the wire shows it."""
    return DocumentUpdate(writer=document.client_of(row.writer), update=row.payload)


class DocumentStream(Stream):
    """One document on one page."""

    def __init__(
        self,
        documents: Documents,
        document: Open,
        sender: Sender,
        *,
        may_read: Callable[[], Awaitable[object]],
        clock: Clock,
    ) -> None:
        super().__init__()
        self._documents = documents
        self._document = document
        self._sender = sender
        self._may_read = may_read
        self._clock = clock
        self._asked_at = clock.monotonic()
        self.seq = 0
        """Rows after this one are sent; set before `told`."""

    @override
    async def pump(self) -> None:
        """Send rows until the right to see them is gone."""
        await self.told.wait()
        while await self._allowed():
            for row in (await self._documents.part(self._document, self.seq)).updates:
                await self._sender.text(self._event(row))
                self.seq = row.lsn
            while self.seq == self._document.end:
                await self._document.pulse.wait()
        await self._sender.text(encode_event(StreamReset(stream=document_stream(self._document.id), seq=0)))

    def _event(self, row: Update) -> bytes:
        shown = update_of(self._document, row)
        stream = document_stream(self._document.id)
        return encode_event(DocumentUpdated(stream=stream, seq=row.lsn, writer=shown.writer, update=shown.update))

    async def _allowed(self) -> bool:
        if self._clock.monotonic() - self._asked_at < RECHECK:
            return True
        try:
            await self._may_read()
        except NotFoundError:
            return False
        self._asked_at = self._clock.monotonic()
        return True
