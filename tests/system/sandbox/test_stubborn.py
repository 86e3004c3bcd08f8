"""Row 19 of the failure modes: limits come from outside, so no program can refuse to end, whatever it does.

Real processes under the real driver: polite interrupt, grace, kill; the reason is the one that was asked for. The programs
lie in `tests/programs/stubborn`; how long their ends take is measured by the benchmarks.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from pythonide.adapters.clock import SystemClock
from pythonide.adapters.sandbox import LauncherConfig
from pythonide.domain.runs import EndReason, Limit, Limits
from pythonide.execution.policy import Patience, RunPolicy
from pythonide.execution.run import Run
from pythonide.execution.supervisor import World, supervising
from tests.fakes.stores import FakeJournal, FakeSlots
from tests.fakes.world import Files, text
from tests.system.sandbox.benches import OWNER, PATIENCE, Bench, environment, open_bench, press_run, until
from tests.system.sandbox.leftovers import Left, assert_nothing_more, keep_temporary_files_in, look, settled

FOLDER = Path(__file__).parents[2] / "programs" / "stubborn"
CORPUS = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.py"))}
DEAF = frozenset(
    "ignores_the_interrupt blocks_all_signals leaves_children stops_itself handler_swallows handler_loops"
    " storm_of_timers asyncio_deaf grows_a_tree daemonises pool_of_workers stops_its_children becomes_another_program".split()
)
"""No interrupt suffices for these, however long one waits."""
ASKS = frozenset({"asks_for_ever"})
"""Its time limit never comes: waiting for a person is free."""
SHORT = frozenset(
    "regex_catastrophe raises_to_a_power cleans_up catches_everything ignores_the_interrupt blocks_all_signals sums_in_c"
    " loops_in_exit recurses_for_ever keeps_a_thread leaves_children stops_itself".split()
)
"""What every `make test` runs; `make test-long` has all of them."""
WALL = 1.5
AT_ONCE = 6
STORM = "import os\nprint('go', flush=True)\nwhile True:\n  try: os.fork()\n  except BaseException: pass"
Act = Callable[[Run], Awaitable[None]]


BRIEF = Limits(wall_seconds=WALL)
"""With a time limit that a test can wait for."""
POLICIES = {
    "timed": RunPolicy("bare", BRIEF, Patience(grace=0.5)),
    "stopped": RunPolicy("bare", Limits(), Patience(interrupt=0.5)),
    "patient": RunPolicy("bare", Limits(), Patience(interrupt=10 * PATIENCE, grace=0.5)),
    "narrow": RunPolicy("bare", replace(BRIEF, processes=16), Patience(grace=0.5)),
}
"""The patient one waits longer than any test for an interrupt."""


@pytest.fixture
async def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    environment(tmp_path)
    keep_temporary_files_in(tmp_path, monkeypatch)
    async with open_bench(LauncherConfig(tmp_path, OWNER, preload={"bare": ()}, parked_most=0)) as bench:
        yield bench


async def begun(run: Run) -> None:
    await until(lambda: "go" in text(run) or run.finished.is_set())


async def nothing(run: Run) -> None:
    """Leave it to its time limit."""


async def press(run: Run) -> None:
    await begun(run)
    run.press_stop()


async def press_twice(run: Run) -> None:
    await begun(run)
    run.press_stop()
    run.press_stop()


async def all_of_them(bench: Bench, programs: dict[str, str], name: str, act: Act) -> dict[str, Run]:
    """Run the programs, a few at once, do to each what is to be done, and wait until nothing is left of any."""
    world = World(SystemClock(), bench.service, FakeSlots(), FakeJournal(), Files())
    runs: dict[str, Run] = {}
    room = anyio.CapacityLimiter(AT_ONCE)
    before = await before_it(bench)

    async def one(what: str, source: str) -> None:
        async with room:
            runs[what] = run = press_run(bench, supervisor, source, POLICIES[name])
            with anyio.fail_after(PATIENCE):
                await act(run)
                await run.finished.wait()

    async with supervising(world) as supervisor:
        async with anyio.create_task_group() as group:
            for what, source in programs.items():
                group.start_soon(one, what, source)
        assert supervisor.incidents == 0
    await until(lambda: settled(bench))
    assert_nothing_more(before, look(bench))
    return runs


async def before_it(bench: Bench) -> Left:
    await bench.run("print('warm')")
    await until(lambda: settled(bench))
    return look(bench)


def reasons(runs: dict[str, Run]) -> dict[str, tuple[EndReason, Limit | None]]:
    outcomes = {what: run.events.view.outcome for what, run in runs.items()}
    return {what: (outcome.reason, outcome.limit) for what, outcome in outcomes.items() if outcome is not None}


def killed(runs: dict[str, Run]) -> set[str]:
    outcomes = {what: run.events.view.outcome for what, run in runs.items()}
    return {what for what, outcome in outcomes.items() if outcome and outcome.exit_code == -9}


def chosen(names: frozenset[str]) -> dict[str, str]:
    return {name: source for name, source in CORPUS.items() if name in names}


def check_time_limit(runs: dict[str, Run]) -> None:
    assert reasons(runs) == dict.fromkeys(runs, (EndReason.TIMED_OUT, Limit.WALL))
    assert "cleaned up" in text(runs["cleans_up"])
    assert DEAF & set(runs) <= killed(runs), "no interrupt suffices for these"


def check_stop(runs: dict[str, Run]) -> None:
    assert reasons(runs) == dict.fromkeys(runs, (EndReason.STOPPED_BY_USER, None))
    assert DEAF & set(runs) <= killed(runs), "no interrupt suffices for these"


async def test_every_stubborn_program_ends_at_its_time_limit(bench: Bench) -> None:
    check_time_limit(await all_of_them(bench, chosen(SHORT), "timed", nothing))


async def test_every_stubborn_program_ends_when_it_is_stopped(bench: Bench) -> None:
    check_stop(await all_of_them(bench, chosen(SHORT - {"cleans_up"}), "stopped", press))


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(CORPUS) >= 35
    assert set(CORPUS) >= DEAF | ASKS | SHORT


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_the_whole_corpus_ends_at_its_time_limit(bench: Bench) -> None:
    check_time_limit(await all_of_them(bench, chosen(frozenset(CORPUS) - ASKS), "timed", nothing))


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_the_whole_corpus_ends_at_the_first_press_of_stop(bench: Bench) -> None:
    check_stop(await all_of_them(bench, CORPUS, "stopped", press))


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_the_whole_corpus_ends_at_the_second_press_of_stop(bench: Bench) -> None:
    """The policy would wait for ever after the first."""
    check_stop(await all_of_them(bench, CORPUS, "patient", press_twice))


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_the_whole_corpus_ends_when_the_server_shuts_down(bench: Bench) -> None:
    before = await before_it(bench)
    world = World(SystemClock(), bench.service, FakeSlots(), FakeJournal(), Files())
    names = sorted(CORPUS)
    for some in (names[at : at + AT_ONCE] for at in range(0, len(names), AT_ONCE)):
        with anyio.fail_after(2 * PATIENCE):
            async with supervising(world) as supervisor:
                runs = {name: press_run(bench, supervisor, CORPUS[name], POLICIES["patient"]) for name in some}
                for run in runs.values():
                    await begun(run)
        assert supervisor.incidents == 0
        assert reasons(runs) == dict.fromkeys(runs, (EndReason.SERVER_SHUTDOWN, None))
        assert DEAF & set(runs) <= killed(runs), "no interrupt suffices for these"
    await until(lambda: settled(bench))
    assert_nothing_more(before, look(bench))


async def test_a_storm_of_forks_ends(bench: Bench) -> None:
    """Either the many refused forks are noticed first, or the time is over; nothing of it is left."""
    (end,) = reasons(await all_of_them(bench, {"storm": STORM}, "narrow", nothing)).values()
    assert end in {(EndReason.TIMED_OUT, Limit.WALL), (EndReason.KILLED_BY_LIMIT, Limit.PROCESSES)}
