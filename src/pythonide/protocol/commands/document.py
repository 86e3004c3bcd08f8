"""Text open in the editor."""

from typing import Annotated

import msgspec

from pythonide.protocol.base import MAX_TEXT_BYTES, Command, Id, Message, PathText, RevisionText


class LoadDocument(Command, tag="document.load", frozen=True):
    """Read a text file."""

    workspace: Id
    path: PathText


class LoadedDocument(Message, frozen=True):
    """The text and the revision it stands for."""

    text: str
    revision: RevisionText
    writable: bool


class SaveDocument(Command, tag="document.save", frozen=True):
    """Replace the text of revision `base`.

    Another current revision is a `conflict`: its `details` have `currentRevision` and `currentText`, and nothing is overwritten.
    """

    workspace: Id
    path: PathText
    base: RevisionText
    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT_BYTES)]


class SavedDocument(Message, frozen=True):
    """The new revision, on disk; null for a folder."""

    revision: RevisionText | None
