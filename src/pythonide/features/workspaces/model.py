"""File trees: what they are, who sees them as what, and which new names are sensible."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pythonide.domain.errors import (
    AlreadyExistsError,
    DomainError,
    InvalidNameError,
    LimitReachedError,
    TooLargeError,
)
from pythonide.domain.ids import BinItemId, ClientId, CourseId, Revision, UploadId, UserId, WorkspaceId
from pythonide.domain.names import folded
from pythonide.domain.paths import WorkspacePath
from pythonide.ports import Extent, FileEntry

MAX_FILE_BYTES = 20 * 1024 * 1024
"""The largest file that is held in memory as a whole."""
MAX_LISTED = 20_000
"""How many entries of a tree are shown; programs may make more."""
MAX_ENTRIES = 10_000
"""From how many entries on a person cannot add more by hand."""
MAX_TREE_BYTES = 1024 * 1024 * 1024
MAX_COUNTED = 100_000
"""Files of a folder that are counted; no more is said of a larger one than that it has so many."""
BIN_DAYS = 30
MAX_BIN_BYTES = 1024 * 1024 * 1024
"""So much of one workspace is kept in the bin; beyond it the oldest goes before its time."""
MAX_BIN_ITEMS = 1_000
MAX_OPEN_UPLOADS = 64
"""Uploads of one person that have begun and not ended."""
MAX_PACKED_AT_ONCE = 2
"""Archives that are made for one person at once."""
UPLOAD_HOURS = 24
"""So long an upload that broke off may go on, and is remembered after its end."""


class WorkspaceKind(StrEnum):
    """Whose tree it is."""

    PERSONAL = "personal"
    COURSE_FOLDER = "course_folder"


class View(StrEnum):
    """What a tree is to the one who looks; the wire's words."""

    OWN = "own"
    COURSE_FOLDER = "course_folder"
    STUDENT = "student"


@dataclass(frozen=True)
class Workspace:
    """A file tree on record. `name` is that of a course folder, the one it has in runs; empty for a person's."""

    id: WorkspaceId
    kind: WorkspaceKind
    course: CourseId
    course_title: str
    owner: UserId | None
    owner_name: str
    name: str


@dataclass(frozen=True)
class WorkspaceView:
    """A tree as one person sees it."""

    workspace: Workspace
    view: View
    writable: bool
    runnable: bool

    @property
    def name(self) -> str:
        """The folder's name, or its owner's."""
        return self.workspace.name or self.workspace.owner_name


@dataclass(frozen=True)
class Tree:
    """What is in a workspace; `truncated` if there is more than is shown."""

    entries: tuple[FileEntry, ...]
    truncated: bool


@dataclass(frozen=True)
class Refused:
    """One of several things that were asked for at once, and why it was not done."""

    path: WorkspacePath
    error: DomainError


@dataclass(frozen=True)
class BinItem:
    """A deleted file or folder. `path` is where it lay; `size` counts the bytes of all files in it."""

    id: BinItemId
    path: WorkspacePath
    extent: Extent
    deleted_at: datetime

    @property
    def kept_until(self) -> datetime:
        """When it goes for good."""
        return self.deleted_at + timedelta(days=BIN_DAYS)


@dataclass(frozen=True)
class Upload:
    """A file on its way into a workspace."""

    id: UploadId
    workspace: WorkspaceId
    user: UserId
    path: WorkspacePath
    size: int
    replace: bool
    """Put what lies at `path` then into the bin."""
    placed: bool
    """It has arrived, and is in the tree."""


@dataclass(frozen=True)
class UploadRules:
    """What may be uploaded here."""

    max_bytes: int = 256 * 1024 * 1024
    refused_endings: frozenset[str] = frozenset()
    """In lower case, without the dot."""

    def check(self, path: WorkspacePath, size: int) -> None:
        """Raise why this file is not taken."""
        ending = path.name.rpartition(".")[2].casefold()
        if ending in self.refused_endings:
            raise InvalidNameError(f"Files that end with .{ending} are not taken here.", name=path.name, reason="type")
        if size > self.max_bytes:
            raise TooLargeError("This file is larger than may be uploaded.", limit=self.max_bytes, size=size)


class WorkspaceEvents(Protocol):
    """Hears at once, on the same loop, what changed; numbering and delivery are its own business."""

    def tree_changed(
        self, workspace: WorkspaceId, upserted: tuple[FileEntry, ...], removed: tuple[WorkspacePath, ...]
    ) -> None: ...

    def document_changed(
        self, workspace: WorkspaceId, path: WorkspacePath, revision: Revision, client: ClientId | None
    ) -> None:
        """Report another text; `client` is the tab that saved it, `None` if a program wrote it."""
        ...


def check_clash(path: WorkspacePath, entries: Iterable[FileEntry], *, moved: WorkspacePath | None = None) -> None:
    """Raise `AlreadyExistsError` if a neighbour has the same name but for upper and lower case."""
    wanted = folded(path.text)
    for entry in entries:
        if entry.path != moved and folded(entry.path.text) == wanted:
            raise AlreadyExistsError(f"There is already “{entry.path.name}” here.", path=entry.path.text)


def check_way(path: WorkspacePath, entries: Iterable[FileEntry]) -> None:
    """Raise `AlreadyExistsError` if a folder on the way to `path` would be a file, or differ from one in case only."""
    ways = {folded(folder.text): folder for folder in path.parents}
    for entry in entries:
        way = ways.get(folded(entry.path.text))
        if way is not None and (entry.path != way or not entry.folder):
            raise AlreadyExistsError(f"There is already “{entry.path.name}” here.", path=entry.path.text)


def check_room(entries: Iterable[FileEntry], more_bytes: int, more_files: int = 1) -> None:
    """Raise `LimitReachedError` if so much more would be too much."""
    count, size = more_files, more_bytes
    for entry in entries:
        count += 1
        size += entry.size
    if count > MAX_ENTRIES:
        raise LimitReachedError("There are too many files; delete some first.", limit=MAX_ENTRIES)
    if size > MAX_TREE_BYTES:
        raise LimitReachedError("The files are too large together; delete some first.", limit=MAX_TREE_BYTES)


def difference(
    before: Mapping[WorkspacePath, FileEntry], after: Mapping[WorkspacePath, FileEntry]
) -> tuple[tuple[FileEntry, ...], tuple[WorkspacePath, ...]]:
    """Return what is new or different, and the paths that are gone."""
    upserted = tuple(entry for path, entry in after.items() if before.get(path) != entry)
    return upserted, tuple(path for path in before if path not in after)
