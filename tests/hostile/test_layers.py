"""Every layer of protection is taken away once: a named program must then get through, or the sandbox must refuse to start.

So a layer that somebody loses on the way turns this suite red, and a layer that protects nothing cannot hide.
"""

import os
import signal
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

import anyio
import pytest
from _pytest.mark import ParameterSet

from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import new_id
from pythonide_sandbox.layers import Layer, Tier
from tests.hostile.bench import LONG, TIERS, hostile_ground
from tests.hostile.ground import VERDICT, Ground, Seen, beside, drain, processes_in, processes_with
from tests.hostile.services import Services
from tests.hostile.test_verdicts import filled
from tests.hostile.verdicts import VERDICTS

Witness = Callable[[Ground, Services], Awaitable[frozenset[str]]]
ALL = frozenset({Tier.FULL, Tier.ROOTLESS, Tier.LANDLOCK})
BOTH = frozenset({Tier.FULL, Tier.ROOTLESS})
ONLY_C = frozenset({Tier.LANDLOCK})
ROOT_ONLY = frozenset({Tier.FULL})


@contextmanager
def another_terminal(owner: tuple[int, int]) -> Generator[None]:
    """Have a terminal of the files' owner on this machine that is not the program's."""
    master, slave = os.openpty()
    os.fchown(slave, *owner)
    try:
        yield
    finally:
        os.close(master)
        os.close(slave)


def program(name: str) -> Witness:
    """A program of the table, with its arguments."""

    async def see(ground: Ground, services: Services) -> frozenset[str]:
        verdict = next(verdict for verdict in VERDICTS if verdict.program == name)
        with another_terminal(ground.owner):
            seen = await ground.run(name, *filled(verdict, ground, services), workspace=ground.new_workspace())
        if seen.end and seen.end.lost:
            return frozenset({"it ended what holds it"})
        return seen.worked - verdict.expected(ground.tier) - verdict.perhaps.get(ground.tier, frozenset())

    return see


def neighbours(holder: tuple[str, ...], asker: tuple[str, ...], word: bytes) -> Witness:
    """Two runs at once."""

    async def see(ground: Ground, services: Services) -> frozenset[str]:
        _, asked = await beside(ground, holder, asker, word)
        return asked.worked

    return see


async def leftovers(ground: Ground, services: Services) -> frozenset[str]:
    """Daemons that are still there when their run is over."""
    word = f"daemon-{new_id()}"
    with anyio.fail_after(30):
        async with ground.running("daemons", word, "2", workspace=ground.new_workspace()) as process:
            assert await drain(process, Seen(), until=b"DAEMONS STARTED")
            await process.wait()  # not for the end of the output: daemons hold the terminal
    left = processes_with(word)
    for pid in left:
        os.kill(pid, signal.SIGKILL)  # where nothing else would end them
    return frozenset({"daemons"} if left else ())


async def memory_in_files(ground: Ground, services: Services) -> frozenset[str]:
    """More memory than allowed, most of it in files; the limit leaves the program no last word."""
    seen = await ground.run("memory_in_files", workspace=ground.new_workspace())
    return seen.worked if VERDICT in seen.text else frozenset()


async def words_of_the_host(ground: Ground, services: Services) -> frozenset[str]:
    """Paths and names of the host in all that a program can print of itself."""
    seen = await ground.run("host_paths", workspace=ground.new_workspace())
    return frozenset(what for what, word in ground.markers().items() if word in seen.text)


async def mounts_that_stay(ground: Ground, services: Services) -> frozenset[str]:
    """Workspaces that other processes still see when their run is over; or the runs break each other's places."""
    workspace = ground.new_workspace()
    with anyio.fail_after(30):
        async with ground.running("bystander_quick", workspace=workspace) as process:
            end = await process.wait()  # not for its output: runs that share mounts take each other's terminals
    return frozenset({"mounts"} if end.lost or processes_in(workspace, ground.launcher) else ())


WORD = "a-word-to-meet-by"


@dataclass(frozen=True)
class Removal:
    """Layers that are taken away, and what then shows it."""

    without: frozenset[Layer]
    witness: str
    see: Witness
    tiers: frozenset[Tier] = BOTH

    def __str__(self) -> str:
        return "+".join(sorted(self.without)) + "-" + self.witness


def removed(*layers: Layer) -> frozenset[Layer]:
    """Return the layers as a set."""
    return frozenset(layers)


REMOVALS = (
    *(
        Removal(removed(Layer.SECCOMP), name, program(name), ALL)
        for name in (
            "kernel_doors",
            "families",
            "namespaces",
            "terminal_input",
            "memory_shared",
            "spying",
            "old_calls",
            "file_powers",
            "undo",
        )
    ),
    # Without namespaces these doors are the filter's as well, and one's own user is everybody's.
    *(
        Removal(removed(Layer.SECCOMP), name, program(name), ONLY_C)
        for name in ("owner_calls", "pairs", "network", "unreadable", "many_children")
    ),
    *(
        Removal(removed(Layer.LANDLOCK), name, program(name), ONLY_C)
        for name in ("read_absolute", "proc_doors", "proc_secrets", "signals", "places", "terminal_steal")
    ),
    Removal(removed(Layer.INIT), "daemons", leftovers, ONLY_C),
    Removal(removed(Layer.LANDLOCK), "own_proc", program("own_proc"), ALL),
    Removal(removed(Layer.LANDLOCK), "words of the host", words_of_the_host),
    Removal(removed(Layer.CAPS), "become_root", program("become_root")),
    Removal(removed(Layer.INIT), "signals", program("signals")),
    Removal(removed(Layer.NET), "network", program("network")),
    Removal(removed(Layer.NET), "talk", neighbours(("talk_listen", WORD), ("talk_send", WORD), b"LISTENING")),
    Removal(removed(Layer.RLIMITS), "huge_file", program("huge_file"), ALL),
    Removal(removed(Layer.RLIMITS), "timers_bomb", program("timers_bomb"), ALL),
    Removal(removed(Layer.CGROUP), "memory_in_files", memory_in_files, ROOT_ONLY),
    Removal(removed(Layer.PID), "daemons", leftovers, ROOT_ONLY),
    Removal(removed(Layer.MOUNT), "mounts that stay", mounts_that_stay, ROOT_ONLY),
    Removal(
        removed(Layer.IDMAP),
        "signal_hoard",
        neighbours(("signal_hoard", "hoard"), ("signal_hoard", "ask"), b"HOARDED"),
        ROOT_ONLY,
    ),
    # These stand behind others: they show only when what stands before them has gone as well.
    Removal(
        removed(Layer.IPC, Layer.SECCOMP),
        "find_word",
        neighbours(("leave_word", WORD), ("find_word", WORD), b"LEFT"),
    ),
    Removal(removed(Layer.NO_NEW_PRIVS, Layer.SECCOMP, Layer.LANDLOCK), "become_root", program("become_root")),
)
REFUSALS = (
    (Tier.FULL, Layer.NO_NEW_PRIVS),
    (Tier.ROOTLESS, Layer.NO_NEW_PRIVS),
    (Tier.ROOTLESS, Layer.PID),
    (Tier.ROOTLESS, Layer.MOUNT),
    (Tier.LANDLOCK, Layer.NO_NEW_PRIVS),
)
"""Without these the rest cannot be set up: nothing runs at all."""
TABLE = frozenset(verdict.program for verdict in VERDICTS)
"""Programs that `test_verdicts.py` runs with all layers."""
SHORT = ("kernel_doors", "families", "spying")
"""Of the many programs that miss seccomp, these run in every test at tier B."""
SHORT_AT_C = ("owner_calls", "read_absolute", "daemons")
"""One for each layer there: seccomp, Landlock, the keeper."""


def case(tier: Tier, removal: Removal) -> ParameterSet:
    """One removal at one tier; the long tests have those that say the same as a shorter one."""
    again = tier is Tier.ROOTLESS and removal.without == {Layer.SECCOMP} and removal.witness not in SHORT
    again |= tier in LONG and removal.witness not in SHORT_AT_C
    return pytest.param(tier, removal, marks=[pytest.mark.long] if again else [], id=f"{tier}-{removal}")


CASES = [case(tier, removal) for tier in TIERS for removal in REMOVALS if tier in removal.tiers]


@pytest.mark.parametrize(("tier", "removal"), CASES)
async def test_without_a_layer_a_program_gets_through(tier: Tier, removal: Removal, services: Services) -> None:
    async with hostile_ground(tier, removal.without) as ground:
        opened = await removal.see(ground, services)
    assert opened, f"the suite would not notice that {removal} is gone"


@pytest.mark.parametrize("removal", [removal for removal in REMOVALS if removal.witness not in TABLE], ids=str)
async def test_with_all_layers_it_does_not(removal: Removal, tier: Tier, ground: Ground, services: Services) -> None:
    if tier in removal.tiers:
        assert await removal.see(ground, services) == frozenset()


@pytest.mark.parametrize(("tier", "layer"), [case for case in REFUSALS if case[0] in TIERS], ids=str)
async def test_without_some_layers_nothing_runs(tier: Tier, layer: Layer) -> None:
    async with hostile_ground(tier, removed(layer)) as ground:
        try:
            seen = await ground.run("bystander_quick", workspace=ground.new_workspace())
        except UnavailableError:
            return
        assert "HERE" not in seen.text
        assert seen.end is not None
        assert seen.end.exit_code != 0


def test_every_layer_has_a_witness() -> None:
    shown = {layer for removal in REMOVALS for layer in removal.without}
    assert shown | {layer for _, layer in REFUSALS} == set(Layer)
