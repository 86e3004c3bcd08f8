"""Text files: revisions, line ends, the log of updates, and which states of it a file may hold."""

import hashlib
from dataclasses import dataclass
from enum import Enum

import msgspec

from pythonide.domain.errors import NotTextError
from pythonide.domain.ids import Revision
from pythonide.domain.paths import WorkspacePath
from pythonide.protocol.base import MAX_TEXT_BYTES

MARK = b"\xef\xbb\xbf"
"""The mark that some editors put before UTF-8."""
FILE = 0
"""The writer of what came from the file itself: its first text, and every change by a program."""
STALE_SECONDS = 10.0
"""How old a file may be that a program read, changed and writes back: for so long earlier states are remembered."""
MOST_BASES = 6


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


@dataclass(frozen=True)
class Update:
    """One row of a document's log; rows are numbered from 1 without gaps. `payload` is empty once it was found unreadable."""

    lsn: int
    writer: int
    seq: int
    payload: bytes


class Base(msgspec.Struct, frozen=True, array_like=True):
    """A state that the file has, or had a moment ago: all rows up to `upto`, and single later ones that came from the file."""

    upto: int
    extra: tuple[int, ...]
    revision: str
    at: float
    shape: Shape

    def covers(self, end: int) -> bool:
        """Tell whether nothing of a log of this length is missing in it."""
        return end - self.upto <= len(self.extra)


Fence = tuple[Base, ...]
"""What the file may hold, newest first. It is written before the file is, so after a crash the file has the first or the second."""

encode_fence = msgspec.json.Encoder().encode
decode_fence = msgspec.json.Decoder(Fence).decode


def fence_with(base: Base, fence: Fence) -> Fence:
    """Return the fence with a new state in front; the one before stays, older ones while a program may still write them back."""
    kept = [old for place, old in enumerate(fence) if place == 0 or base.at - old.at <= STALE_SECONDS]
    return (base, *kept[: MOST_BASES - 1])
