"""The words of a run: states, phases, reasons, limits and outcomes."""

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class RunState(StrEnum):
    """Where a run is between admission and its end."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    FINISHED = "finished"


LEGAL_MOVES = MappingProxyType(
    {
        RunState.QUEUED: frozenset({RunState.STARTING, RunState.STOPPING, RunState.FINISHED}),
        RunState.STARTING: frozenset({RunState.RUNNING, RunState.STOPPING, RunState.FINISHED}),
        RunState.RUNNING: frozenset({RunState.STOPPING, RunState.FINISHED}),
        RunState.STOPPING: frozenset({RunState.FINISHED}),
        RunState.FINISHED: frozenset[RunState](),
    }
)
"""The only moves a run may make; anything else is our bug and raises."""


class RunPhase(StrEnum):
    """What the interpreter of a running run is doing: the script, or the prompt after it."""

    SCRIPT = "script"
    PROMPT = "prompt"


class EndReason(StrEnum):
    """Why a run, or its script, ended. The first reason wins."""

    EXITED = "exited"
    STOPPED_BY_USER = "stopped_by_user"
    STOPPED_BY_STAFF = "stopped_by_staff"
    REPLACED = "replaced"
    IDLE = "idle"
    TIMED_OUT = "timed_out"
    KILLED_BY_LIMIT = "killed_by_limit"
    ABANDONED = "abandoned"
    SERVER_SHUTDOWN = "server_shutdown"
    FAILED_TO_START = "failed_to_start"
    LOST = "lost"
    INTERNAL_ERROR = "internal_error"


WRITTEN_FILES = 8
"""A run may write as much as so many files of the largest size; the launcher counts."""


class Limit(StrEnum):
    """Which limit ended a run, with `EndReason.KILLED_BY_LIMIT` or `TIMED_OUT`, or made the error that ended a script."""

    CPU = "cpu"
    WALL = "wall"
    MEMORY = "memory"
    PROCESSES = "processes"
    DISK = "disk"
    DISK_FULL = "disk_full"
    """The reserve of the server's disk is touched: no program's fault, all end."""
    OPEN_FILES = "open_files"
    FILE_SIZE = "file_size"
    TMP = "tmp"


@dataclass(frozen=True)
class Limits:
    """What one run may use. Times are seconds, sizes are bytes."""

    cpu_seconds: float = 60.0
    wall_seconds: float = 600.0
    """Time in the script phase, not counting the time it waits for input."""
    memory_bytes: int = 256 * 1024 * 1024
    processes: int = 64
    file_bytes: int = 64 * 1024 * 1024
    open_files: int = 256
    tmp_bytes: int = 64 * 1024 * 1024

    @property
    def written_bytes(self) -> int:
        """How much a run may write to files in all."""
        return WRITTEN_FILES * self.file_bytes


@dataclass(frozen=True)
class Usage:
    """What a run used. Times are seconds, sizes are bytes; `None` where it was not measured."""

    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `exit_code` is that of the interpreter, negative for a signal."""

    reason: EndReason
    limit: Limit | None = None
    exit_code: int | None = None
    usage: Usage = field(default_factory=Usage)
    incident: str | None = None
    """Id of the log record, where the end was our own fault."""
