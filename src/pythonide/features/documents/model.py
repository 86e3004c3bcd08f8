"""Text files: revisions, line ends, and the name under which a refused text is kept."""

import hashlib
from dataclasses import dataclass
from enum import Enum

from pythonide.domain.errors import NotTextError
from pythonide.domain.ids import Revision
from pythonide.domain.paths import WorkspacePath
from pythonide.protocol.base import MAX_TEXT_BYTES

MARK = b"\xef\xbb\xbf"
"""The mark that some editors put before UTF-8."""
OTHER_VERSIONS = 20
"""How many refused texts of one file lie beside it at most."""


class LineEnd(Enum):
    """How a file ends its lines; the page always sees `\\n`."""

    UNIX = "\n"
    WINDOWS = "\r\n"


@dataclass(frozen=True)
class Shape:
    """What a text's bytes have beside the text; a save keeps it."""

    line_end: LineEnd = LineEnd.UNIX
    marked: bool = False


@dataclass(frozen=True)
class Document:
    """A text as it stands on disk, with `\\n` at the end of each line."""

    path: WorkspacePath
    text: str
    revision: Revision
    shape: Shape


def revision_of(data: bytes) -> Revision:
    """Return the name of this state of a file."""
    return Revision(hashlib.sha256(data).hexdigest())


def decode(path: WorkspacePath, data: bytes) -> Document:
    """Return the text, or raise `NotTextError`."""
    if len(data) > MAX_TEXT_BYTES:
        raise NotTextError("This file is too large to edit.", limit=MAX_TEXT_BYTES)
    marked = data.startswith(MARK)
    body = data.removeprefix(MARK)
    if b"\0" in body:
        raise NotTextError("This is not a text file.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotTextError("This file is not UTF-8 text.") from None
    windows = text.count("\r\n")
    shape = Shape(LineEnd.WINDOWS if windows and 2 * windows > text.count("\n") else LineEnd.UNIX, marked)
    return Document(path, unix_lines(text), revision_of(data), shape)


def encode(text: str, shape: Shape) -> bytes:
    """Return the bytes of a text in the shape that its file has; raises `NotTextError`."""
    lines = unix_lines(text)
    if shape.line_end is LineEnd.WINDOWS:
        lines = lines.replace("\n", "\r\n")
    try:
        data = (MARK if shape.marked else b"") + lines.encode("utf-8")
    except UnicodeEncodeError:
        raise NotTextError("This text has half characters that cannot be saved.") from None
    if len(data) > MAX_TEXT_BYTES:
        raise NotTextError("This text is too large to save.", limit=MAX_TEXT_BYTES)
    return data


def unix_lines(text: str) -> str:
    """Return the text with `\\n` at the end of each line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def other_version(path: WorkspacePath, number: int) -> WorkspacePath:
    """Return the name beside the file under which its `number`-th refused text is kept."""
    stem, dot, ending = path.name.rpartition(".")
    if not stem:
        stem, dot, ending = path.name, "", ""
    return path.parent.child(f"{stem[:120]} (other version {number}){dot}{ending[:20]}")
