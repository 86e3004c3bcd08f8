"""What a run may use and how long it is waited for: a course chooses within bounds, the rest is the default."""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from types import MappingProxyType

from pythonide.domain.errors import BadRequestError
from pythonide.domain.runs import Limits

MIB = 1024 * 1024
GIB = 1024 * MIB
DAY = 24 * 3600
BARE, SCIENTIFIC = "bare", "scientific"
MOST_NAME = 64
NAME_CHARACTERS = frozenset(string.ascii_letters + string.digits + "-_.")
"""Of an environment, as the launcher takes it."""


@dataclass(frozen=True)
class Patience:
    """How long a run is waited for, in seconds, each for another reason."""

    start: float = 30.0
    """Until the sandbox must stand."""
    interrupt: float = 1.0
    """After the first press of Stop, before the program is killed."""
    leave: float = 0.5
    """When Run was pressed again: a prompt closes its files in this time."""
    grace: float = 2.0
    """At time limits and shutdown; matplotlib needs about 1.4 s to close its files."""
    reap: float = 10.0
    """After the kill; a sandbox that takes longer is lost, and logged."""
    idle: float = 30 * 60.0
    """Nobody types although the program waits."""
    warning: float = 2 * 60.0
    """Before the idle time is over."""
    orphan: float = 10 * 60.0
    """After the person's last page was closed."""


@dataclass(frozen=True)
class RunPolicy:
    """What the runs of one course are given: their environment (which zygote), limits, patience and number."""

    environment: str = SCIENTIFIC
    limits: Limits = field(default_factory=lambda: Limits(memory_bytes=512 * MIB))
    patience: Patience = field(default_factory=Patience)
    running: int = 3
    """Programs of one person that run at once; further ones wait in the queue."""
    prompts: int = 4
    """Prompts of one person; one more closes the one unused longest."""


@dataclass(frozen=True)
class PolicyChoice:
    """What a course has chosen; `None` is the default. Times are seconds, sizes are bytes."""

    environment: str | None = None
    cpu_seconds: int | None = None
    wall_seconds: int | None = None
    memory_bytes: int | None = None
    processes: int | None = None
    file_bytes: int | None = None
    open_files: int | None = None
    tmp_bytes: int | None = None
    running: int | None = None
    prompts: int | None = None
    idle_seconds: int | None = None


CHOICES = tuple(one.name for one in fields(PolicyChoice))
BOUNDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "cpu_seconds": (1, DAY),
        "wall_seconds": (1, DAY),
        "memory_bytes": (32 * MIB, 64 * GIB),
        "processes": (1, 1024),
        "file_bytes": (64 * 1024, 64 * GIB),
        "open_files": (128, 4096),  # the runner's own line is descriptor 100
        "tmp_bytes": (MIB, 4 * GIB),
        "running": (1, 8),
        "prompts": (1, 16),
        "idle_seconds": (60, DAY),
    }
)
"""The least and the most that a course may choose. The launcher has its own, wider bounds and believes nobody."""


def check_choice(choice: PolicyChoice) -> None:
    """Raise `BadRequestError` for what no course may choose; `details` names it, with its bounds."""
    if choice.environment is not None and not _is_name(choice.environment):
        raise BadRequestError("This cannot be the name of an environment.", choice="environment")
    for name, (least, most) in BOUNDS.items():
        chosen: int | None = getattr(choice, name)
        if chosen is not None and not least <= chosen <= most:
            raise BadRequestError("This limit is out of its bounds.", choice=name, least=least, most=most)


@lru_cache(maxsize=1024)
def policy_of(choice: PolicyChoice) -> RunPolicy:
    """Return what follows from a choice. Whatever was stored, nothing is out of bounds."""
    usual = RunPolicy()
    environment = choice.environment if choice.environment and _is_name(choice.environment) else SCIENTIFIC
    memory = 256 * MIB if environment == BARE else usual.limits.memory_bytes
    idle = float(_clamped(choice, "idle_seconds", int(usual.patience.idle)))
    limits = Limits(
        cpu_seconds=float(_clamped(choice, "cpu_seconds", int(usual.limits.cpu_seconds))),
        wall_seconds=float(_clamped(choice, "wall_seconds", int(usual.limits.wall_seconds))),
        memory_bytes=_clamped(choice, "memory_bytes", memory),
        processes=_clamped(choice, "processes", usual.limits.processes),
        file_bytes=_clamped(choice, "file_bytes", usual.limits.file_bytes),
        open_files=_clamped(choice, "open_files", usual.limits.open_files),
        tmp_bytes=_clamped(choice, "tmp_bytes", usual.limits.tmp_bytes),
    )
    return RunPolicy(
        environment,
        limits,
        Patience(idle=idle, warning=min(usual.patience.warning, idle / 2)),
        _clamped(choice, "running", usual.running),
        _clamped(choice, "prompts", usual.prompts),
    )


def chosen_values(policy: RunPolicy) -> dict[str, int | str]:
    """Return a policy in the terms in which courses choose."""
    limits = policy.limits
    return {
        "environment": policy.environment,
        "cpu_seconds": int(limits.cpu_seconds),
        "wall_seconds": int(limits.wall_seconds),
        "memory_bytes": limits.memory_bytes,
        "processes": limits.processes,
        "file_bytes": limits.file_bytes,
        "open_files": limits.open_files,
        "tmp_bytes": limits.tmp_bytes,
        "running": policy.running,
        "prompts": policy.prompts,
        "idle_seconds": int(policy.patience.idle),
    }


def _clamped(choice: PolicyChoice, name: str, usual: int) -> int:
    chosen: int | None = getattr(choice, name)
    least, most = BOUNDS[name]
    return usual if chosen is None else max(least, min(most, chosen))


def _is_name(text: str) -> bool:
    return 0 < len(text) <= MOST_NAME and set(text) <= NAME_CHARACTERS and not text.startswith(".")


@dataclass(frozen=True)
class Caps:
    """How many runs fit on a node, running scripts and waiting prompts apart; a person's own numbers are the course's."""

    running_per_node: int = 64
    prompts_per_node: int = 200
    runs_per_user: int = 32
    """All live runs of a person, those in the queue included; more are refused."""
    runs_per_node: int = 1000
    finished_per_user: int = 6
    """Runs that are over but whose output can still be read again."""
    finished_per_node: int = 400
    finished_seconds: float = 15 * 60.0
    finished_bytes: int = 256 * MIB
    """Output and figures of all finished runs together."""
