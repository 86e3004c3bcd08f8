"""Text open in the editor: a log of updates that pages and the server append to."""

from typing import Annotated

import msgspec

from pythonide.protocol.base import (
    MAX_UPDATE_BYTES,
    Command,
    Count,
    Id,
    Message,
    PathText,
    RevisionText,
    StreamName,
)
from pythonide.protocol.models import DocumentUpdate

MAX_UPDATES = 256
Update = Annotated[bytes, msgspec.Meta(min_length=1, max_length=MAX_UPDATE_BYTES)]


class LoadDocument(Command, tag="document.load", frozen=True):
    """Read a text file."""

    workspace: Id
    path: PathText


class LoadedDocument(Message, frozen=True):
    """The text and the revision it stands for."""

    text: str
    revision: RevisionText
    writable: bool


class OpenDocument(Command, tag="document.open", frozen=True):
    """Follow a text file's log from the row after `after`; a page that has it names the `document`.

    Without `document` it is the one at `path`. With it, `path` says nothing.
    """

    workspace: Id
    path: PathText
    document: Id | None = None
    after: Count = 0


class OpenedDocument(Message, frozen=True):
    """The rows after `after`; those up to `end` that are not here come as events of the stream, like all later ones.

    `after` is 0 where the page asked for more rows than there are: the server's log is an older one, restored from a copy.
    """

    document: Id
    writable: bool
    after: Count
    end: Count
    updates: tuple[DocumentUpdate, ...]
    stream: StreamName
    seq: Count
    """Events count on from here: their `seq` is the number of the row."""


class CloseDocument(Command, tag="document.close", frozen=True):
    """Stop following a document."""

    document: Id


class AppendDocument(Command, tag="document.append", frozen=True):
    """Append updates, the first of which is the `seq`-th of this `writer`; answered once they are on disk.

    Sent again they are answered again. If earlier ones are missing it is `out_of_order`, and `details` has what is `expected`.
    """

    workspace: Id
    document: Id
    writer: Id
    """Made anew for each session of each tab."""
    seq: Annotated[int, msgspec.Meta(ge=1, le=2**31)]
    updates: Annotated[tuple[Update, ...], msgspec.Meta(min_length=1, max_length=MAX_UPDATES)]


class AppendedDocument(Message, frozen=True):
    """The number of the row in which the last of the updates lies."""

    lsn: Count


class SavedDocument(Message, frozen=True):
    """The revision of the new file, on disk; null for a folder."""

    revision: RevisionText | None
