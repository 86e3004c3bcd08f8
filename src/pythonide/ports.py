"""What the program needs from the world outside; every port has a fake and one contract suite."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pythonide.domain.ids import RunId, UserId, WorkspaceId
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
class FilePart:
    """Some bytes of a file of `size` bytes. `tag` names the state in which the file was; no later state has the same."""

    data: bytes
    start: int
    size: int
    tag: str


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

    async def read(self, workspace: WorkspaceId, path: WorkspacePath, *, limit: int) -> bytes: ...
    async def read_part(self, workspace: WorkspaceId, path: WorkspacePath, *, start: int, length: int) -> FilePart:
        """Return at most `length` bytes from `start` on: fewer at the end of the file, none behind it.

        The tag is taken before the bytes: what a program writes meanwhile shows in the tag of the next part.
        """
        ...

    async def write(self, workspace: WorkspaceId, path: WorkspacePath, data: bytes, *, exclusive: bool = False) -> None:
        """Write atomically: temporary file, fsync, rename. `exclusive` refuses to replace."""
        ...

    async def make_folder(self, workspace: WorkspaceId, path: WorkspacePath) -> None: ...
    async def rename(self, workspace: WorkspaceId, source: WorkspacePath, target: WorkspacePath) -> None: ...
    async def delete(self, workspace: WorkspaceId, path: WorkspacePath) -> None:
        """Remove a file, or a folder with all it holds."""
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
