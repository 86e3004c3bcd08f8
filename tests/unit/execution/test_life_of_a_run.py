"""The life of a run, told step by step on virtual time."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from pythonide.domain.ids import ClientId, RunId, UserId
from pythonide.domain.runs import EndReason, Limit, RunPhase, RunState
from pythonide.execution.node import standing
from pythonide.execution.policy import Caps, Patience, RunPolicy
from pythonide.execution.supervisor import Supervisor
from pythonide.ports import ScriptEnded
from tests.fakes.world import ADA, FakeWorld, finished_events, request_for, text

CLIENT, PAGE = ClientId("1" * 32), ClientId("c" * 32)


@pytest.fixture
def world() -> FakeWorld:
    return FakeWorld()


@pytest.fixture
async def supervisor(world: FakeWorld) -> AsyncGenerator[Supervisor, None]:
    async with world.supervisor() as supervisor:
        yield supervisor
    assert supervisor.incidents == 0


async def test_a_script_runs_and_its_prompt_follows(world: FakeWorld, supervisor: Supervisor) -> None:
    run = supervisor.start(request_for("hello.py"))
    assert run.state is RunState.QUEUED
    await world.clock.advance(0)
    assert text(run) == "hello\r\n>>> "
    assert (run.state, run.phase) == (RunState.RUNNING, RunPhase.PROMPT)
    script_end = run.events.view.script_end
    assert script_end is not None
    assert (script_end.exit_code, script_end.reason) == (0, EndReason.EXITED)
    run.type(CLIENT, 0, b"x = 1\n")
    await world.clock.advance(0)
    assert text(run).endswith("ran x = 1\r\n>>> ")
    run.type(CLIENT, 6, b"\x04")
    await world.clock.advance(0)
    assert run.state is RunState.FINISHED
    assert finished_events(run) == 1
    assert run.events.view.outcome == world.journal.outcomes[run.request.run][0]


async def test_a_missing_package_is_told_with_the_other_environments_that_have_it() -> None:
    world = FakeWorld()
    having = {"seaborn": ("data-science", "scientific"), "numpy": ("scientific",)}
    world.world = replace(world.world, environments_having=lambda module: having.get(module, ()))
    expected = {"seaborn": ("data-science",), "numpy": (), "nothing": (), None: ()}
    for module, elsewhere in expected.items():
        async with world.supervisor() as supervisor:
            run = supervisor.start(request_for("endless.py"))
            await world.clock.advance(0)
            world.process.say(ScriptEnded(1, "ModuleNotFoundError", missing=module))
            await world.clock.advance(0)
            end = run.events.view.script_end
            assert end is not None
            assert (end.missing, end.missing_in) == (module, elsewhere)


@pytest.mark.parametrize(
    ("file", "reason", "limit"),
    [
        ("crash.py", EndReason.EXITED, None),
        ("exhaust.py", EndReason.KILLED_BY_LIMIT, Limit.MEMORY),
        ("burn.py", EndReason.TIMED_OUT, Limit.CPU),
        ("vanish.py", EndReason.LOST, None),
    ],
)
async def test_why_it_ended_by_itself(
    world: FakeWorld, supervisor: Supervisor, file: str, reason: EndReason, limit: Limit | None
) -> None:
    run = supervisor.start(request_for(file))
    await world.clock.advance(0)
    outcome = run.events.view.outcome
    assert outcome is not None
    assert (outcome.reason, outcome.limit) == (reason, limit)


async def test_an_interrupt_that_suffices_leaves_the_prompt_with_its_variables(
    world: FakeWorld, supervisor: Supervisor
) -> None:
    run = supervisor.start(request_for("endless.py"))
    await world.clock.advance(5)
    run.press_stop()
    await world.clock.advance(30)
    assert (run.state, run.phase) == (RunState.RUNNING, RunPhase.PROMPT)
    end = run.events.view.script_end
    assert end is not None
    assert end.reason is EndReason.STOPPED_BY_USER


async def test_a_program_that_ignores_the_interrupt_is_killed_after_a_second(
    world: FakeWorld, supervisor: Supervisor
) -> None:
    run = supervisor.start(request_for("deaf.py"))
    await world.clock.advance(5)
    run.press_stop()
    await world.clock.advance(0.99)
    assert run.state is RunState.RUNNING
    await world.clock.advance(0.02)
    assert run.state is RunState.FINISHED
    outcome = run.events.view.outcome
    assert outcome is not None
    assert outcome.reason is EndReason.STOPPED_BY_USER
    prompt = supervisor.runs.find(run.events.view.successor or RunId(""))
    assert (prompt.state, prompt.phase) == (RunState.RUNNING, RunPhase.PROMPT)
    assert "variables are gone" in text(prompt)
    assert prompt.events.view.notices == ("variables_gone",)
    assert prompt.request.slot == run.request.slot


async def test_a_second_press_kills_at_once(world: FakeWorld, supervisor: Supervisor) -> None:
    run = supervisor.start(request_for("deaf.py"))
    await world.clock.advance(5)
    run.press_stop()
    await world.clock.advance(0.1)
    run.press_stop()
    await world.clock.advance(0)
    assert run.state is RunState.FINISHED


async def test_a_prompt_that_is_busy_and_deaf_is_killed_too(world: FakeWorld, supervisor: Supervisor) -> None:
    run = supervisor.start(request_for("hello.py"))
    run.type(CLIENT, 0, b"deaf\n")
    await world.clock.advance(1)
    run.press_stop()
    await world.clock.advance(1.01)
    assert run.state is RunState.FINISHED


async def test_stop_at_a_waiting_prompt_never_costs_its_variables(world: FakeWorld, supervisor: Supervisor) -> None:
    run = supervisor.start(request_for("hello.py"))
    await world.clock.advance(1)
    run.press_stop()
    await world.clock.advance(0.01)
    run.press_stop()
    await world.clock.advance(10)
    assert run.phase is RunPhase.PROMPT


async def test_stop_in_the_queue_ends_it_at_once(world: FakeWorld) -> None:
    one = RunPolicy(running=1)
    async with world.supervisor() as supervisor:
        first = supervisor.start(request_for("endless.py", policy=one))
        second = supervisor.start(request_for("hello.py", policy=one))
        third = supervisor.start(request_for("echo.py", policy=one))
        await world.clock.advance(1)
        assert (second.events.view.position, third.events.view.position) == (1, 2)
        second.press_stop()
        await world.clock.advance(0)
        assert second.state is RunState.FINISHED
        assert second.events.view.successor is None
        assert third.events.view.position == 1
        first.press_stop()
        await world.clock.advance(0)
        assert first.phase is RunPhase.PROMPT, "a waiting prompt holds no place in the queue"
        assert third.state is RunState.RUNNING


async def test_run_again_replaces_and_waits_until_the_old_one_is_gone(world: FakeWorld, supervisor: Supervisor) -> None:
    old = supervisor.start(request_for("deaf.py"))
    await world.clock.advance(1)
    new = supervisor.start(request_for("deaf.py"))
    await world.clock.advance(0.4)
    assert new.state is RunState.STARTING, "it has a sandbox already, and nothing in it"
    assert len(world.sandboxes.processes) == 1
    await world.clock.advance(0.2)
    assert new.state is RunState.RUNNING
    assert len(world.sandboxes.processes) == 1
    outcome = old.events.view.outcome
    assert outcome is not None
    assert outcome.reason is EndReason.REPLACED
    assert old.events.view.successor is None


async def test_a_prompt_that_is_replaced_is_left_by_its_own_door(world: FakeWorld, supervisor: Supervisor) -> None:
    old = supervisor.start(request_for("hello.py"))
    await world.clock.advance(1)
    supervisor.start(request_for("hello.py"))
    await world.clock.advance(0)
    outcome = old.events.view.outcome
    assert outcome is not None
    assert outcome.exit_code == 0, "its files were closed by the interpreter"
    assert world.sandboxes.started[0].interrupts == 0, "what it does at its exit is not interrupted"


async def test_an_idle_prompt_is_warned_extended_and_ended(world: FakeWorld, supervisor: Supervisor) -> None:
    supervisor.came(ADA, CLIENT)
    run = supervisor.start(request_for("hello.py"))
    await keep_page(world, supervisor, 28 * 60 + 1)
    assert run.events.view.expires_in == pytest.approx(120, abs=1)
    run.extend()
    await keep_page(world, supervisor, 28 * 60 - 1)
    assert run.events.view.expires_in is None
    await keep_page(world, supervisor, 121)
    assert run.state is RunState.FINISHED
    outcome = run.events.view.outcome
    assert outcome is not None
    assert outcome.reason is EndReason.IDLE


async def keep_page(world: FakeWorld, supervisor: Supervisor, seconds: float) -> None:
    """Let time pass while the person's page stays open."""
    until = world.clock.time + seconds
    while world.clock.time < until:
        supervisor.came(ADA, PAGE)
        await world.clock.advance(min(20, until - world.clock.time))


async def test_a_run_nobody_comes_back_to_is_abandoned(world: FakeWorld, supervisor: Supervisor) -> None:
    supervisor.came(ADA, PAGE)
    run = supervisor.start(request_for("echo.py"))
    await world.clock.advance(10)
    supervisor.left(ADA, PAGE)
    await world.clock.advance(590)
    supervisor.came(ADA, PAGE)
    await world.clock.advance(30)
    assert run.state is RunState.RUNNING
    supervisor.left(ADA, PAGE)
    await world.clock.advance(603)
    outcome = run.events.view.outcome
    assert outcome is not None
    assert outcome.reason is EndReason.ABANDONED


async def test_the_wall_limit_does_not_count_waiting_for_input(world: FakeWorld, supervisor: Supervisor) -> None:
    waits = supervisor.start(request_for("echo.py"))
    works = supervisor.start(request_for("endless.py"))
    await keep_page(world, supervisor, 603)
    outcome = works.events.view.outcome
    assert outcome is not None
    assert (outcome.reason, outcome.limit) == (EndReason.TIMED_OUT, Limit.WALL)
    assert waits.state is RunState.RUNNING


async def test_a_sandbox_that_cannot_be_made_is_a_plain_failure(world: FakeWorld, supervisor: Supervisor) -> None:
    world.sandboxes.broken = True
    run = supervisor.start(request_for("hello.py"))
    await world.clock.advance(0)
    outcome = run.events.view.outcome
    assert outcome is not None
    assert outcome.reason is EndReason.FAILED_TO_START
    assert run.events.view.message == "The sandbox cannot be made."


async def test_a_sandbox_that_takes_for_ever_is_given_up(world: FakeWorld, supervisor: Supervisor) -> None:
    world.sandboxes.opening_takes = 1e6
    run = supervisor.start(request_for("hello.py"))
    await world.clock.advance(31)
    outcome = run.events.view.outcome
    assert outcome is not None
    assert outcome.reason is EndReason.FAILED_TO_START


async def test_too_many_prompts_cost_the_longest_idle_one(world: FakeWorld) -> None:
    two = RunPolicy(prompts=2)
    async with world.supervisor() as supervisor:
        runs = []
        for slot in ("a.py", "b.py"):
            runs.append(supervisor.start(request_for("hello.py", slot=slot, policy=two)))
            await world.clock.advance(1)
        runs[0].type(CLIENT, 0, b"1\n")
        other = supervisor.start(request_for("hello.py", UserId("d" * 32)))
        supervisor.start(request_for("hello.py", slot="c.py", policy=two))
        await world.clock.advance(1)
        assert runs[1].state is RunState.FINISHED
        assert runs[1].events.view.notices == ("prompt_evicted",)
        assert runs[0].state is RunState.RUNNING
        assert other.state is RunState.RUNNING


async def test_a_node_without_room_closes_the_longest_idle_prompt_of_all_and_says_that_it_was_not_the_person() -> None:
    world = FakeWorld(Caps(prompts_per_node=2))
    async with world.supervisor() as supervisor:
        runs = []
        for number in range(3):
            runs.append(supervisor.start(request_for("hello.py", UserId(str(number) * 32))))
            await world.clock.advance(1)
        assert [run.state for run in runs] == [RunState.FINISHED, RunState.RUNNING, RunState.RUNNING]
        assert runs[0].events.view.notices == ("room_needed",)


async def test_each_persons_numbers_are_those_of_the_course_the_run_is_in(world: FakeWorld) -> None:
    async with world.supervisor() as supervisor:
        for slot in ("a.py", "b.py"):
            supervisor.start(request_for("endless.py", slot=slot, policy=RunPolicy(running=2)))
        strict = supervisor.start(request_for("endless.py", slot="c.py", policy=RunPolicy(running=2)))
        generous = supervisor.start(request_for("endless.py", slot="d.py", policy=RunPolicy(running=3)))
        await world.clock.advance(1)
        assert (strict.state, generous.state) == (RunState.QUEUED, RunState.RUNNING)


async def test_who_comes_back_during_the_warning_reads_what_is_left_of_it(
    world: FakeWorld, supervisor: Supervisor
) -> None:
    brief = RunPolicy(patience=Patience(idle=100.0, warning=40.0))
    run = supervisor.start(request_for("hello.py", policy=brief))
    run.present(present=True)
    await world.clock.advance(50)
    assert standing(run, CLIENT).view.expires_in is None
    await world.clock.advance(11)
    begun = standing(run, CLIENT).view.expires_in
    await world.clock.advance(20)
    left = standing(run, CLIENT).view.expires_in
    assert begun is not None
    assert left is not None
    assert round(begun - left) == 20
    assert run.events.view.expires_in is not None
    run.extend()
    assert standing(run, CLIENT).view.expires_in is None, "used, and still warned"
    await world.clock.advance(50)
    assert run.state is RunState.RUNNING


async def test_a_flood_is_slowed_and_nothing_else(world: FakeWorld, supervisor: Supervisor) -> None:
    run = supervisor.start(request_for("flood.py"))
    other = supervisor.start(request_for("hello.py"))
    await world.clock.advance(0)
    assert other.phase is RunPhase.PROMPT
    await world.clock.advance(60)
    assert "output_slowed" not in run.events.view.notices, "4 MB are no flood"
    assert run.output.end - run.output.start <= 2 * 1024 * 1024 + 16 * 1024
