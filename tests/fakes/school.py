"""The features of a school, composed as the application does, on a real database and real files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pythonide.adapters.database import open_database
from pythonide.adapters.passwords import Argon2Passwords
from pythonide.adapters.rate_limits import MemoryThrottle
from pythonide.adapters.workspace_files import LocalWorkspaceFiles, open_workspace_files
from pythonide.domain.ids import ClientId, Revision, UserId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.features.administration.service import Administration
from pythonide.features.courses.model import Course, CourseRole
from pythonide.features.courses.service import Courses
from pythonide.features.documents.service import Documents
from pythonide.features.identity.access import SignInGuard
from pythonide.features.identity.model import RATE_RULES, LoginId, User
from pythonide.features.identity.service import Identity
from pythonide.features.workspaces.access import WorkspaceAccess
from pythonide.features.workspaces.bin import Bin
from pythonide.features.workspaces.model import UploadRules
from pythonide.features.workspaces.service import Workspaces
from pythonide.features.workspaces.trees import Trees
from pythonide.features.workspaces.uploads import Uploads
from pythonide.persistence.transaction import Transactions
from pythonide.ports import FileEntry
from tests.fakes.clock import VirtualClock

TAB = ClientId("a" * 32)
OTHER_TAB = ClientId("b" * 32)


@dataclass
class Heard:
    """What was told, in order."""

    logins: list[LoginId] = field(default_factory=list)
    trees: list[tuple[WorkspaceId, set[str], set[str]]] = field(default_factory=list)
    documents: list[tuple[str, Revision, ClientId | None]] = field(default_factory=list)

    def ended(self, logins: frozenset[LoginId]) -> None:
        self.logins.extend(logins)

    def tree_changed(
        self, workspace: WorkspaceId, upserted: tuple[FileEntry, ...], removed: tuple[WorkspacePath, ...]
    ) -> None:
        self.trees.append((workspace, {entry.path.text for entry in upserted}, {path.text for path in removed}))

    def document_changed(
        self, workspace: WorkspaceId, path: WorkspacePath, revision: Revision, client: ClientId | None
    ) -> None:
        self.documents.append((path.text, revision, client))


@dataclass
class School:
    """Everything, ready to use."""

    transactions: Transactions
    clock: VirtualClock
    heard: Heard
    root: Path
    files: LocalWorkspaceFiles
    identity: Identity
    courses: Courses
    access: WorkspaceAccess
    trees: Trees
    workspaces: Workspaces
    bin: Bin
    uploads: Uploads
    documents: Documents
    administration: Administration

    async def person(self, name: str, course: Course | None = None, role: CourseRole = CourseRole.STUDENT) -> User:
        user = await self.identity.add_user(name, name.title())
        if course is not None:
            await self.courses.enrol(user.id, course.id, role)
        return user

    async def own(self, user: User) -> WorkspaceId:
        return (await self.workspaces.of(user.id))[0].workspace.id


@asynccontextmanager
async def open_school(address: str, root: Path) -> AsyncIterator[School]:
    """Open all of it on this database, with files beneath `root`."""
    clock, heard = VirtualClock(), Heard()
    async with open_database(address) as engine, open_workspace_files(root) as files:
        transactions = Transactions(engine)
        guard = SignInGuard(MemoryThrottle(RATE_RULES, clock))
        identity = Identity(transactions, Argon2Passwords(), guard, clock, heard)
        courses, access, trees = Courses(transactions, clock), WorkspaceAccess(transactions), Trees(files, heard, clock)
        workspaces = Workspaces(transactions, access, files, trees, clock)
        bin_ = Bin(transactions, files, trees, clock)
        uploads = Uploads(
            transactions, files, trees, bin_, clock, rules=UploadRules(refused_endings=frozenset({"exe"}))
        )
        documents = Documents(files, workspaces, trees, heard)
        trees.tell_of_files(documents)
        administration = Administration(identity, courses, workspaces, files)
        yield School(
            transactions,
            clock,
            heard,
            root,
            files,
            identity,
            courses,
            access,
            trees,
            workspaces,
            bin_,
            uploads,
            documents,
            administration,
        )


def nobody_id() -> UserId:
    """Return an id that belongs to nobody."""
    return UserId(new_id())
