"""What happened to a text (stream `document:<id>`)."""

from pythonide.protocol.base import Event, Id


class DocumentUpdated(Event, tag="document.updated", frozen=True):
    """A row was appended, `seq` is its number. An empty update was found unreadable and counts for nothing."""

    writer: Id | None
    """Which session of which tab made it; null: a program, or whatever else wrote the file."""
    update: bytes
