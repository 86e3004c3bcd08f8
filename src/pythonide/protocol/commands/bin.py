"""Deleting with a way back."""

from typing import Annotated

import msgspec

from pythonide.protocol.base import Command, Id, Message, PathText
from pythonide.protocol.commands.file import MAX_AT_ONCE, SomePaths
from pythonide.protocol.models import BinEntry, RefusedPath

SomeItems = Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=MAX_AT_ONCE)]


class PutInBin(Command, tag="bin.put", frozen=True):
    """Delete files and folders; they lie in the bin for thirty days."""

    workspace: Id
    paths: SomePaths


class PutAway(Message, frozen=True):
    """What lies in the bin now, for taking it back at once, and what stayed."""

    items: tuple[BinEntry, ...]
    refused: tuple[RefusedPath, ...]


class ListBin(Command, tag="bin.list", frozen=True):
    """What lies in a workspace's bin."""

    workspace: Id


class BinList(Message, frozen=True):
    """The answer to `bin.list`, the latest first."""

    items: tuple[BinEntry, ...]


class RestoreFromBin(Command, tag="bin.restore", frozen=True):
    """Put things back to their place, or beside it under another name if it is taken."""

    workspace: Id
    items: SomeItems


class Restored(Message, frozen=True):
    """Where things are now, and what stayed in the bin."""

    places: tuple[PathText, ...]
    refused: tuple[RefusedPath, ...]


class EmptyBin(Command, tag="bin.empty", frozen=True):
    """Delete for good: these items, or all where `items` is null."""

    workspace: Id
    items: SomeItems | None = None
