"""How many runs a machine takes: derived from its cores and its memory, never more than its sandboxes have places."""

from dataclasses import dataclass

from pythonide.execution.policy import GIB, MIB, Caps

KEPT_BYTES = GIB
"""For the server, the warm interpreters and the system; of a small machine no more than half."""
PROMPT_BYTES = 16 * MIB
"""What a prompt holds: 8 to 12 MB were measured after the scientific imports, the rest is for the program's own data."""
RUNNING_BYTES = 64 * MIB
"""What a running program is expected to hold; its limit is the most it may, and few come near."""
RUNNING_PER_CORE = 32
"""Beginners' programs wait for their person most of the time; more at once would only make all of them late."""
MOST_RUNNING, MOST_PROMPTS = 192, 640
"""Together with what is parked or just leaving, fewer than the sandboxes' user ids."""
LEAST_RUNNING, LEAST_PROMPTS = 4, 16


@dataclass(frozen=True)
class Machine:
    """What this server may use of the machine it is on; a container has less than the machine."""

    cores: float
    memory_bytes: int


def caps_for(machine: Machine) -> Caps:
    """Return how many programs and prompts fit: half of the memory is for each."""
    share = max(machine.memory_bytes - KEPT_BYTES, machine.memory_bytes // 2) // 2
    running = min(int(RUNNING_PER_CORE * machine.cores), share // RUNNING_BYTES)
    return Caps(
        running_per_node=_between(LEAST_RUNNING, running, MOST_RUNNING),
        prompts_per_node=_between(LEAST_PROMPTS, share // PROMPT_BYTES, MOST_PROMPTS),
    )


def sandboxes_for(caps: Caps) -> int:
    """Return how many sandboxes must be allowed for, those of programs that are just leaving included."""
    return caps.running_per_node + caps.prompts_per_node + caps.running_per_node // 2


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))
