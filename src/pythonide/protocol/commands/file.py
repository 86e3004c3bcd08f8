"""Making, moving, copying and deleting files and folders."""

from typing import Annotated

import msgspec

from pythonide.protocol.base import MAX_TEXT_BYTES, Command, Id, Message, PathText
from pythonide.protocol.models import RefusedPath

MAX_AT_ONCE = 1000
SomePaths = Annotated[tuple[PathText, ...], msgspec.Meta(min_length=1, max_length=MAX_AT_ONCE)]


class CreateFile(Command, tag="file.create", frozen=True):
    """Make a text file, or a folder (`text` is then empty); never replaces."""

    workspace: Id
    path: PathText
    folder: bool = False
    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT_BYTES)] = ""


class RenameFile(Command, tag="file.rename", frozen=True):
    """Rename or move a file or folder; never replaces."""

    workspace: Id
    source: PathText
    target: PathText


class MoveFiles(Command, tag="file.move", frozen=True):
    """Move files and folders into `folder` (empty: the workspace itself), each under its name; never replaces."""

    workspace: Id
    paths: SomePaths
    folder: PathText


class Copy(Message, frozen=True):
    """What is copied, and as what."""

    source: PathText
    target: PathText


class CopyFiles(Command, tag="file.copy", frozen=True):
    """Copy files and folders, without links and special files; never replaces."""

    workspace: Id
    copies: Annotated[tuple[Copy, ...], msgspec.Meta(min_length=1, max_length=MAX_AT_ONCE)]


class Refusals(Message, frozen=True):
    """What was not done, and why; everything else was."""

    refused: tuple[RefusedPath, ...]


class DeleteFile(Command, tag="file.delete", frozen=True):
    """Put a file, or a folder with all it holds, into the bin."""

    workspace: Id
    path: PathText
