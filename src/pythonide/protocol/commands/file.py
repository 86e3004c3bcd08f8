"""Making, renaming and deleting files and folders."""

from typing import Annotated

import msgspec

from pythonide.protocol.base import MAX_TEXT_BYTES, Command, Id, PathText


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


class DeleteFile(Command, tag="file.delete", frozen=True):
    """Delete a file, or a folder with all it holds."""

    workspace: Id
    path: PathText
