"""Things that several messages show: trees, entries, runs."""

from typing import Any, Literal

from pythonide.domain.runs import EndReason, Limit, RunPhase, RunState
from pythonide.protocol.base import Count, Id, Message, PathText, StreamName

NoticeCode = Literal["network_needed", "variables_gone", "output_slowed", "prompt_evicted", "room_needed"]


class Person(Message, frozen=True):
    """Who is signed in, or who owns a workspace."""

    user: Id
    name: str


class WorkspaceSummary(Message, frozen=True):
    """One tree the person may see."""

    workspace: Id
    kind: str
    """`own`, `course_folder` or `student`."""
    name: str
    """Of a course folder: its folder in runs, `/course/<name>`; of a workspace: its owner's name."""
    course: Id
    course_title: str
    writable: bool
    runnable: bool


class Entry(Message, frozen=True):
    """One line of a file tree. `size` in bytes, `modified` in milliseconds since 1970."""

    path: PathText
    folder: bool
    size: Count
    modified: Count


class RefusedPath(Message, frozen=True):
    """One of several things asked for at once that was not done; `code` and `details` are those of a refusal."""

    path: PathText
    code: str
    message: str
    details: dict[str, Any] | None


class BinEntry(Message, frozen=True):
    """A deleted file or folder. `path` is where it lay, `size` the bytes of all files in it; moments are milliseconds since 1970."""

    item: Id
    path: PathText
    folder: bool
    files: Count
    size: Count
    deleted: Count
    kept_until: Count


class PlotSummary(Message, frozen=True):
    """A figure that can be fetched at `/api/runs/<run>/plots/<number>`."""

    number: Count
    width: Count
    height: Count
    alternative: str


class ScriptEnd(Message, frozen=True):
    """How the script ended, by the word of the student's own interpreter."""

    exit_code: int
    reason: EndReason
    limit: Limit | None = None
    error: str | None = None
    line: Count | None = None
    file: PathText | None = None
    missing: str | None = None
    """The top-level module whose `import` found nothing."""
    missing_in: tuple[str, ...] = ()
    """Other environments that have it, by name."""


class RunOutcome(Message, frozen=True):
    """How the run ended."""

    reason: EndReason
    limit: Limit | None = None
    exit_code: int | None = None
    cpu_seconds: float | None = None
    peak_memory_bytes: Count | None = None
    incident: str | None = None
    message: str = ""
    """A plain sentence where the run could not start."""
    successor: Id | None = None
    """The fresh prompt that follows after a stop that had to kill."""


class RunLimits(Message, frozen=True):
    """What the run may use, as its course had it when Run was pressed. Times are seconds, sizes are bytes."""

    cpu_seconds: Count
    wall_seconds: Count
    memory_bytes: Count
    processes: Count
    file_bytes: Count
    written_bytes: Count
    """All that the run may write to files."""
    open_files: Count
    tmp_bytes: Count
    running: Count
    """Programs of one person at once."""
    prompts: Count
    """Open prompts of one person."""
    idle_seconds: Count
    away_seconds: Count
    """How long it goes on after the person's last page was closed."""
    fast_bytes: Count
    """So much may be printed at full speed."""


class RunSnapshot(Message, frozen=True):
    """A run as it stands; with the events after `seq` it stays true.

    `path` is null for a fresh prompt without a script.
    """

    run: Id
    workspace: Id
    path: PathText | None
    slot: PathText
    """The file whose slot the run holds: the same as `path`, also for a fresh prompt."""
    state: RunState
    phase: RunPhase | None
    position: Count | None
    """Place in the queue, from 1."""
    waiting: bool
    created: Count
    """Milliseconds since 1970."""
    script_end: ScriptEnd | None
    plots: tuple[PlotSummary, ...]
    notices: tuple[NoticeCode, ...]
    """What the student was told of the run; see `run.notice`."""
    expires_in: Count | None
    """Seconds until an idle prompt ends, once a warning was given."""
    limits: RunLimits
    outcome: RunOutcome | None
    output_start: Count
    output_end: Count
    """Offsets of the bytes still kept."""
    stream: StreamName
    seq: Count
