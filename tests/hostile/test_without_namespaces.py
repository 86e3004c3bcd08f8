"""Tier C in short: one program for each door that stands open there without Landlock, the filter or the keeper.

The whole suite runs at tier C in the long tests, or here with PYTHONIDE_TEST_TIER=C.
"""

from collections.abc import AsyncIterator

import pytest

from pythonide.domain.ids import new_id
from pythonide_sandbox.layers import Tier
from pythonide_sandbox.openings import MEMORY, METADATA, NUMBERS, ONE_USER, OPEN, PATHS, SIGNALS, TEMPORARY
from tests.hostile.bench import HAS_C, hostile_ground
from tests.hostile.ground import Ground, processes_with
from tests.hostile.services import Services
from tests.hostile.test_verdicts import filled
from tests.hostile.verdicts import VERDICTS

pytestmark = pytest.mark.skipif(not HAS_C, reason="tier C needs Landlock 6, so Linux 6.12")
SHORT = (
    "read_absolute",
    "places",
    "owner_calls",
    "proc_secrets",
    "strangers",
    "signals",
    "ptrace",
    "network",
    "pairs",
    "families",
    "memory_shared",
    "unreadable",
    "terminal_steal",
    "many_children",
    "undo",
    "namespaces",
    "inherited",
)
SHOWN_BY = {
    ONE_USER: "owner_calls",
    MEMORY: "memory_shared_map",
    TEMPORARY: "memory_in_files",
    PATHS: "host_paths",
    METADATA: "read_absolute",
    NUMBERS: "strangers",
    SIGNALS: "signal_hoard",
}


@pytest.fixture(scope="module")
async def landlocked() -> AsyncIterator[Ground]:
    async with hostile_ground(Tier.LANDLOCK) as ground:
        yield ground


async def test_what_programs_try_is_refused_without_namespaces(landlocked: Ground, services: Services) -> None:
    wrong: dict[str, list[str]] = {}
    for verdict in VERDICTS:
        if verdict.program in SHORT:
            arguments = filled(verdict, landlocked, services)
            seen = await landlocked.run(verdict.program, *arguments, workspace=landlocked.new_workspace())
            words = [what for what, word in landlocked.markers().items() if word in seen.text]
            wrong[verdict.program] = [*verdict.unexpected(seen.worked, Tier.LANDLOCK), *words, *services.reached()]
    assert wrong == {program: [] for program in SHORT}
    assert landlocked.unharmed()


async def test_daemons_are_gone_when_the_end_is_told(landlocked: Ground) -> None:
    word = f"daemon-{new_id()}"
    seen = await landlocked.run("daemons", word, "5", workspace=landlocked.new_workspace())
    assert "DAEMONS STARTED" in seen.text
    assert processes_with(word) == []


def test_every_opening_is_shown_by_a_program() -> None:
    assert set(SHOWN_BY) == set(OPEN[Tier.LANDLOCK])
