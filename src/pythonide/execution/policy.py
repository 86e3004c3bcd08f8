"""What a run may use and how long it is waited for: enumerated names, so that nobody sends limits of their own."""

from dataclasses import dataclass, field
from types import MappingProxyType

from pythonide.domain.errors import BadRequestError
from pythonide.domain.runs import Limits

MIB = 1024 * 1024


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
    """One kind of run: its environment (which zygote), limits and patience."""

    name: str
    environment: str
    limits: Limits
    patience: Patience = field(default_factory=Patience)


POLICIES = MappingProxyType(
    {
        "default": RunPolicy("default", "bare", Limits(memory_bytes=256 * MIB)),
        "scientific": RunPolicy("scientific", "scientific", Limits(memory_bytes=512 * MIB)),
    }
)


def policy_named(name: str) -> RunPolicy:
    """Return the policy, or raise `BadRequestError`: names are enumerated, not made up."""
    policy = POLICIES.get(name)
    if policy is None:
        raise BadRequestError("There is no such run policy.", policy=name)
    return policy


@dataclass(frozen=True)
class Caps:
    """How many runs fit: per person and per node, running scripts and waiting prompts apart."""

    running_per_user: int = 3
    running_per_node: int = 64
    prompts_per_user: int = 4
    prompts_per_node: int = 200
    runs_per_user: int = 16
    """All live runs of a person, those in the queue included; more are refused."""
    runs_per_node: int = 1000
    finished_per_user: int = 6
    """Runs that are over but whose output can still be read again."""
    finished_per_node: int = 400
    finished_seconds: float = 15 * 60.0
    finished_bytes: int = 256 * MIB
    """Output and figures of all finished runs together."""
