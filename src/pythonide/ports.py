"""What the program needs from the world outside; every port has a fake and one contract suite."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pythonide.domain.ids import BinItemId, RunId, UploadId, UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import Limit, Limits, Outcome, RunPhase, RunState, Usage


class Clock(Protocol):
    """Time. `monotonic` is in seconds and never goes back."""

    def monotonic(self) -> float: ...
    def now(self) -> datetime: ...
    async def sleep_until(self, moment: float) -> None:
        """Return once `monotonic()` has reached `moment`. Cancellable."""
        ...


# --- Sandboxes -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class CourseFolder:
    """A course's tree, seen read-only inside the run at `/course/<name>`."""

    name: str
    workspace: WorkspaceId


@dataclass(frozen=True)
class SandboxSpec:
    """What a sandbox is made of. Ids are opaque: the launcher finds the folders itself."""

    run: RunId
    workspace: WorkspaceId
    """Attached read-write at `/workspace`."""
    course_folders: tuple[CourseFolder, ...] = ()
    environment: str = "scientific"
    """Which zygote: `bare` or `scientific`."""
    limits: Limits = Limits()


@dataclass(frozen=True)
class Program:
    """What to run in the sandbox: `python <file> <arguments>`, with the prompt after it if `interactive`."""

    file: WorkspacePath | None
    """`None`: no script, the prompt comes at once (after a stop that cost the variables)."""
    arguments: tuple[str, ...] = ()
    interactive: bool = True
    columns: int = 80
    rows: int = 24
    notice: str = ""
    """A plain sentence printed before the prompt when there is no script."""


@dataclass(frozen=True)
class Output:
    """Bytes from the terminal, never empty."""

    data: bytes


@dataclass(frozen=True)
class ScriptEnded:
    """The script is over and the prompt follows. Said by the student's own interpreter: believe it for display only."""

    exit_code: int
    error: str | None = None
    """Name of the exception that ended it."""
    line: int | None = None
    """The line of the student's file on which it ended."""
    file: str | None = None
    """The workspace path of that file."""
    missing: str | None = None
    """The top-level module whose `import` found nothing."""
    limit: Limit | None = None
    """Which limit made the error, where that is sure."""


@dataclass(frozen=True)
class Plot:
    """A finished figure. `png` was checked to be a PNG of bounded size; `alternative` is plain text."""

    png: bytes
    width: int
    height: int
    alternative: str


@dataclass(frozen=True)
class Waiting:
    """The program began (`True`) or ceased (`False`) to wait for input from the terminal, in `input()` or at the prompt."""

    waiting: bool


@dataclass(frozen=True)
class NetworkNeeded:
    """The program tried to reach the network, which it has not."""


ProcessEvent = Output | ScriptEnded | Plot | Waiting | NetworkNeeded


@dataclass(frozen=True)
class ProcessEnd:
    """The sandbox's own word on how its program ended; `exit_code` is negative for a signal."""

    exit_code: int
    limit: Limit | None = None
    usage: Usage = Usage()
    lost: bool = False
    """The launcher or zygote died under it."""


class Process(Protocol):
    """A program in a sandbox. Leaving the `running` block kills and reaps whatever is left of it."""

    async def receive(self) -> ProcessEvent | None:
        """Return the next event in order, or `None` once the terminal is drained and closed."""
        ...

    async def write(self, data: bytes) -> None:
        """Type into the terminal; waits while the terminal's buffer is full."""
        ...

    def resize(self, columns: int, rows: int) -> None: ...
    def interrupt(self) -> None:
        """Ask politely: SIGINT to the terminal's foreground programs. Never fails."""
        ...

    def kill(self) -> None:
        """Kill the whole sandbox at once. Never fails, may be called twice."""
        ...

    async def wait(self) -> ProcessEnd:
        """Return once nothing of the program is left."""
        ...


class Sandbox(Protocol):
    """The isolation of one run, ready to hold one program."""

    def running(self, program: Program) -> AbstractAsyncContextManager[Process]: ...


class Sandboxes(Protocol):
    """Where runs live. Raises `UnavailableError` if a sandbox cannot be made."""

    @property
    def degraded(self) -> bool:
        """Whether programs of some environment, or of all, cannot run just now."""
        ...

    def open(self, spec: SandboxSpec) -> AbstractAsyncContextManager[Sandbox]: ...


# --- Runs ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SlotLease:
    """The right to run one file: the token `epoch` makes a late release harmless."""

    user: UserId
    workspace: WorkspaceId
    file: WorkspacePath
    run: RunId
    epoch: int


class Slots(Protocol):
    """Leases per (user, file). A release with a stale lease changes nothing and is logged."""

    async def acquire(self, user: UserId, workspace: WorkspaceId, file: WorkspacePath, run: RunId) -> SlotLease:
        """Take the slot, taking it over from whatever run held it before."""
        ...

    async def release(self, lease: SlotLease) -> bool:
        """Free the slot if the lease is still the current one; tell whether it was."""
        ...


@dataclass(frozen=True)
class RunRecord:
    """What the journal keeps of a run."""

    run: RunId
    user: UserId
    workspace: WorkspaceId
    file: WorkspacePath
    state: RunState
    phase: RunPhase | None
    created_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None


class RunJournal(Protocol):
    """Durable record of runs: written at admission and at the end, by the run's driver only."""

    async def opened(self, record: RunRecord) -> None: ...
    async def closed(self, run: RunId, outcome: Outcome, at: datetime) -> None: ...
    async def sweep_lost(self, at: datetime) -> int:
        """Mark every run still open as `lost` (called once at start); return how many."""
        ...


# --- Bus -----------------------------------------------------------------------------------------

Handler = Callable[[bytes], Awaitable[bytes | None]]


class NoResponderError(Exception):
    """Nobody serves this subject."""


class Bus(Protocol):
    """Request, publish and subscribe; delivery is *not* trusted: streams carry offsets and are replayed."""

    async def request(self, subject: str, data: bytes, *, within: float) -> bytes:
        """Return the one reply. Raises `NoResponderError`, or `TimeoutError` after `within` seconds."""
        ...

    async def publish(self, subject: str, data: bytes) -> None: ...
    def subscribed(self, subject: str, handler: Handler) -> AbstractAsyncContextManager[None]:
        """Serve `subject` while the block is open."""
        ...


# --- Files ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FileEntry:
    """One line of a tree. `size` is in bytes, `modified` in seconds since 1970."""

    path: WorkspacePath
    folder: bool
    size: int
    modified: float


@dataclass(frozen=True)
class Extent:
    """What a file or folder holds, all its folders included. `size` is in bytes."""

    folder: bool
    files: int
    size: int


class FileBytes(Protocol):
    """An open file. `size` is what it had when it was opened: a program may cut it meanwhile, so fewer bytes may come, never more."""

    @property
    def size(self) -> int: ...
    def chunks(self) -> AsyncIterator[bytes]: ...


class WorkspaceFiles(Protocol):
    """Every access to students' files: resolved by the kernel beneath the workspace's folder, off the event loop.

    Raises `NotFoundError`, `AlreadyExistsError`, `InvalidNameError` (also for links, and for what is no regular file), `TooLargeError`, `LimitReachedError` (disk full), `UnavailableError`.
    """

    async def ensure(self, workspace: WorkspaceId) -> None:
        """Make the workspace's folder if it is missing."""
        ...

    async def entries(self, workspace: WorkspaceId, *, limit: int) -> list[FileEntry]:
        """Return files and folders, at most `limit`, the upper levels first; links and temporary files are left out."""
        ...

    async def entry(self, workspace: WorkspaceId, path: WorkspacePath) -> FileEntry | None:
        """Return one line of the tree, `None` where `entries` would show none."""
        ...

    async def measure(self, workspace: WorkspaceId, path: WorkspacePath, *, limit: int) -> Extent:
        """Return what is there; counting stops at `limit` files."""
        ...

    async def read(self, workspace: WorkspaceId, path: WorkspacePath, *, limit: int) -> bytes: ...
    def reading(self, workspace: WorkspaceId, path: WorkspacePath) -> AbstractAsyncContextManager[FileBytes]:
        """Open a file of any size, to be read in pieces."""
        ...

    def packing(
        self, workspace: WorkspaceId, paths: Sequence[WorkspacePath]
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open a zip of these files and folders, made while it is read; what is neither is left out and named in a note inside."""
        ...

    async def write(self, workspace: WorkspaceId, path: WorkspacePath, data: bytes, *, exclusive: bool = False) -> None:
        """Write atomically: temporary file, fsync, rename. `exclusive` refuses to replace."""
        ...

    async def make_folder(self, workspace: WorkspaceId, path: WorkspacePath) -> None: ...
    async def rename(self, workspace: WorkspaceId, source: WorkspacePath, target: WorkspacePath) -> None: ...
    async def copy(self, workspace: WorkspaceId, source: WorkspacePath, target: WorkspacePath, *, room: Extent) -> None:
        """Copy a file, or a folder without its links and special files; never replaces, and appears as a whole or not at all.

        Raises `LimitReachedError` for more files or bytes than `room` has.
        """
        ...

    async def delete(self, workspace: WorkspaceId, path: WorkspacePath) -> None:
        """Remove a file, or a folder with all it holds."""
        ...


class FileBin(Protocol):
    """Deleted files and folders, kept whole where no run can see them. Raises what `WorkspaceFiles` raises."""

    async def put_in_bin(self, workspace: WorkspaceId, path: WorkspacePath, item: BinItemId) -> None: ...
    async def in_bin(self, workspace: WorkspaceId) -> frozenset[BinItemId]: ...
    async def take_from_bin(self, workspace: WorkspaceId, item: BinItemId, path: WorkspacePath) -> None:
        """Put it back at `path`, making the folders that lead there; never replaces."""
        ...

    async def purge(self, workspace: WorkspaceId, item: BinItemId) -> None:
        """Remove it for good, however deep it is; nothing happens if it is not there."""
        ...


class FileParts(Protocol):
    """Files that are still arriving, where no run can see them. Raises what `WorkspaceFiles` raises."""

    async def arrived(self, workspace: WorkspaceId, upload: UploadId) -> int:
        """Return how many bytes are there."""
        ...

    async def append(self, workspace: WorkspaceId, upload: UploadId, offset: int, data: bytes) -> int:
        """Add bytes and return how many are there then; raises `ConflictError` with `offset` if it goes on elsewhere."""
        ...

    async def place(self, workspace: WorkspaceId, upload: UploadId, path: WorkspacePath) -> None:
        """Make it the file at `path` in one step, with the folders that lead there; never replaces."""
        ...

    async def discard(self, workspace: WorkspaceId, upload: UploadId) -> None:
        """Forget what arrived; nothing happens if there is nothing."""
        ...


# --- Signing in ----------------------------------------------------------------------------------


class Passwords(Protocol):
    """Hashes passwords, slowly on purpose and off the event loop."""

    async def hash(self, password: str) -> str: ...
    async def verify(self, stored: str | None, password: str) -> bool:
        """Tell whether it is the password; `None` (nobody, or none set) takes as long as a wrong one."""
        ...


class Throttle(Protocol):
    """Counts tries in bounded windows. Synchronous, so that on one loop asking and counting cannot be interleaved."""

    def admit(self, rule: str, *key: str) -> float:
        """Count a try and return 0, or count nothing and return after how many seconds one may try again."""
        ...

    def forget(self, rule: str, *key: str) -> None:
        """Start afresh for this key."""
        ...
