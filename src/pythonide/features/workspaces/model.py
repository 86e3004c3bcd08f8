"""File trees: what they are, who sees them as what, and which new names are sensible."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pythonide.domain.errors import AlreadyExistsError, InvalidNameError, LimitReachedError
from pythonide.domain.ids import ClientId, CourseId, Revision, UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.ports import FileEntry

MAX_FILE_BYTES = 20 * 1024 * 1024
"""The largest file that is uploaded or downloaded in one piece."""
MAX_PART_BYTES = 4 * 1024 * 1024
"""The longest part of a file that is read at once; whoever asks for more gets this much, and asks again."""
MAX_LISTED = 2_000
"""How many entries of a tree are shown; programs may make more."""
MAX_ENTRIES = 1_000
"""From how many entries on a person cannot add more by hand."""
MAX_TREE_BYTES = 200 * 1024 * 1024
RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10)))
)
AWKWARD = frozenset('<>:"|?*')


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


def check_new_name(path: WorkspacePath) -> None:
    """Raise `InvalidNameError` for a name that would not survive a download to another system."""
    name = path.name
    if name.partition(".")[0].casefold() in RESERVED:
        raise InvalidNameError("This name is reserved on Windows; please choose another.", name=name)
    if name.endswith(".") or AWKWARD.intersection(name):
        raise InvalidNameError('A name cannot end with a dot or contain any of < > : " | ? *', name=name)
    if name == "__pycache__" or name.startswith(".pythonide-"):
        raise InvalidNameError("This name is kept for the system; please choose another.", name=name)


def check_clash(path: WorkspacePath, entries: Iterable[FileEntry], *, moved: WorkspacePath | None = None) -> None:
    """Raise `AlreadyExistsError` if a neighbour has the same name but for upper and lower case."""
    wanted = path.text.casefold()
    for entry in entries:
        if entry.path.text.casefold() == wanted and entry.path != moved:
            raise AlreadyExistsError(f"There is already “{entry.path.name}” here.", path=entry.path.text)


def check_room(entries: Iterable[FileEntry], more_bytes: int) -> None:
    """Raise `LimitReachedError` if one more entry of this size would be too much."""
    count, size = 0, more_bytes
    for entry in entries:
        count += 1
        size += entry.size
    if count >= MAX_ENTRIES:
        raise LimitReachedError("There are too many files; delete some first.", limit=MAX_ENTRIES)
    if size > MAX_TREE_BYTES:
        raise LimitReachedError("The files are too large together; delete some first.", limit=MAX_TREE_BYTES)


def difference(
    before: Iterable[FileEntry], after: Iterable[FileEntry]
) -> tuple[tuple[FileEntry, ...], tuple[WorkspacePath, ...]]:
    """Return what is new or different, and the paths that are gone."""
    old = {entry.path: entry for entry in before}
    new = {entry.path: entry for entry in after}
    upserted = tuple(entry for path, entry in new.items() if old.get(path) != entry)
    return upserted, tuple(path for path in old if path not in new)
