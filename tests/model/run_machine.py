"""Random lives of many runs; the invariants ask the outside world: processes, leases, journal, clock."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pythonide.domain.errors import LimitReachedError
from pythonide.domain.ids import ClientId, UserId
from pythonide.domain.runs import EndReason, Limit, RunPhase, RunState
from pythonide.execution.policy import Caps, RunPolicy
from pythonide.execution.request import SlotKey
from pythonide.execution.run import Run
from pythonide.execution.supervisor import Supervisor, supervising
from tests.fakes.clock import START, settle
from tests.fakes.sandboxes import FakeProcess
from tests.fakes.world import ADA, FakeWorld, finished_events, request_for

Result = TypeVar("Result")

BOB = UserId("d" * 32)
CAPS = Caps(running_per_node=3, prompts_per_node=3, runs_per_user=6)
POLICY = RunPolicy(running=2, prompts=2)
FILES = ["hello.py", "echo.py", "endless.py", "deaf.py", "slow_to_leave.py", "crash.py", "vanish.py", "burn.py"]
IDLE, WARNING, ORPHAN, WALL, GRACE, INTERRUPT = 1800.0, 120.0, 600.0, 600.0, 2.0, 1.0
CLOSE = 0.01
"""Seconds by which an end may seem late or early on the virtual clock: sums of times are rounded."""


@dataclass
class Seen:
    """What an observer outside knows of a run."""

    run: Run
    file: str
    active_at: float
    typed: int = 0
    must_be: EndReason | None = None
    must_end_at: float = float("inf")
    pressed: bool = False
    """Stop was pressed, and the program does not obey."""


class RunMachine(RuleBasedStateMachine):
    """Start, stop, type, leave, crash, wait: in any order."""

    files: ClassVar = FILES

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.world = FakeWorld(CAPS)
        self.seen: list[Seen] = []
        self.absent_since: dict[UserId, float | None] = {ADA: self.now, BOB: self.now}
        self.stop_asked = asyncio.Event()
        self.supervisor: Supervisor
        self.main = self.runner.get_loop().create_task(self._main())
        self.settle()

    async def _main(self) -> None:
        async with supervising(self.world.world) as self.supervisor:
            await self.stop_asked.wait()

    @property
    def now(self) -> float:
        return self.world.clock.time

    def settle(self) -> None:
        self.runner.run(settle())

    def do(self, act: Callable[[], Result]) -> Result:
        """Act on the loop, as every caller does, and let everything follow from it."""

        async def acted() -> Result:
            result = act()
            await settle()
            return result

        return self.runner.run(acted())

    # --- what people and machines do

    @rule(
        user=st.sampled_from([ADA, BOB]),
        number=st.integers(0, len(FILES) - 1),
        slot=st.sampled_from("abc"),
        loop=st.booleans(),
    )
    def start(self, user: UserId, number: int, slot: str, loop: bool) -> None:
        file = self.files[number % len(self.files)]
        request = request_for(file, user, interactive=not loop, slot=slot, policy=POLICY)
        rivals = [seen for seen in self.seen if seen.run.request.key == request.key and not self.over(seen)]
        replaced = [(seen, seen.run.state is RunState.STOPPING) for seen in rivals]
        try:
            run = self.do(partial(self.supervisor.start, request))
        except LimitReachedError:
            live = [seen for seen in self.seen if seen.run.request.user == user and not self.over(seen)]
            assert len(live) >= CAPS.runs_per_user, "refused although there is room"
            return
        for seen, stopping in replaced:
            seen.must_be = seen.must_be if stopping else EndReason.REPLACED
            seen.must_end_at = min(seen.must_end_at, self.now + GRACE)
        self.seen.append(Seen(run, file, self.now))

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def press_stop(self, data: st.DataObject) -> None:
        seen = self.pick(data)
        run, process, phase = seen.run, self.process_of(seen), seen.run.phase
        working = run.state is RunState.RUNNING and not (run.phase is RunPhase.PROMPT and run.events.view.waiting)
        again = seen.pressed
        waiting_prompt = run.state is RunState.RUNNING and not working
        self.do(run.press_stop)
        if working and not again and process is not None and process.obeys and seen.file in ("endless.py", "echo.py"):
            outcome = run.events.view.outcome  # the end of input may have been typed ahead for the prompt
            left = outcome is not None and outcome.reason is EndReason.EXITED
            ended = run.phase is RunPhase.PROMPT or left or not run.request.interactive
            assert ended, "the interrupt had no effect"
            assert run.request.interactive or self.over(seen)
        # What was typed ahead may be deaf at the prompt: the script that this press was about has ended.
        if working and not process_obeys(process) and not self.over(seen) and run.phase is phase:
            seen.pressed = True
            seen.must_end_at = min(seen.must_end_at, self.now + INTERRUPT)
        assert not (again and working and not self.over(seen)), "a second press did not kill"
        if waiting_prompt:
            assert run.phase is RunPhase.PROMPT, "stop at a prompt cost its variables"
            assert run.state is RunState.RUNNING

    @precondition(lambda self: self.seen)
    @rule(
        data=st.data(),
        reason=st.sampled_from([EndReason.STOPPED_BY_STAFF, EndReason.ABANDONED]),
        grace=st.sampled_from([0.0, GRACE]),
    )
    def stop(self, data: st.DataObject, reason: EndReason, grace: float) -> None:
        seen = self.pick(data)
        self.expect(seen, reason, within=grace)
        self.do(partial(seen.run.stop, reason, grace=grace))

    @precondition(lambda self: self.seen)
    @rule(data=st.data(), line=st.sampled_from([b"x\n", b"sleep 5\n", b"deaf\n", b"\x04", b"half", b"\x03"]))
    def type(self, data: st.DataObject, line: bytes) -> None:
        seen = self.pick(data)
        if not self.over(seen):
            seen.active_at = self.now
        send = partial(seen.run.type, ClientId("1" * 32), seen.typed, line)
        seen.typed = self.do(lambda: (send(), send())[0])  # the same frame again: typed once

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def extend(self, data: st.DataObject) -> None:
        seen = self.pick(data)
        if not self.over(seen):
            seen.active_at = self.now
        self.do(seen.run.extend)

    @rule(user=st.sampled_from([ADA, BOB]), here=st.booleans())
    def come_or_go(self, user: UserId, here: bool) -> None:
        page = ClientId(user)
        if here:
            self.do(partial(self.supervisor.came, user, page))
            self.absent_since[user] = None
        else:
            self.do(partial(self.supervisor.left, user, page))
            self.absent_since[user] = self.absent_since[user] or self.now

    @precondition(lambda self: self.world.sandboxes.processes)
    @rule(data=st.data())
    def die(self, data: st.DataObject) -> None:
        processes = [process for process in self.world.sandboxes.started if process in self.world.sandboxes.processes]
        self.do(data.draw(st.sampled_from(processes)).kill)

    @rule(seconds=st.sampled_from([0.0, 0.2, 0.5, 1.0, 5.0, 119.0, 300.0, 600.0, 1679.0]))
    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            for user, since in self.absent_since.items():
                if since is None:
                    self.do(partial(self.supervisor.came, user, ClientId(user)))
            self.runner.run(self.world.clock.advance(min(20.0, until - self.now)))
        self.settle()

    # --- what must be true of the world

    @invariant()
    def one_process_and_sandbox_per_slot(self) -> None:
        keys = [self.key_of(process) for process in self.world.sandboxes.processes]
        assert len(keys) == len(set(keys)), "two programs in one slot"
        # While one leaves, the next may have its sandbox already: one, with nothing in it.
        starting: dict[str, SlotKey] = {
            run.request.run: run.request.key for run in self.all_runs() if run.state is RunState.STARTING
        }
        empty = self.world.sandboxes.open_now - {process.run for process in self.world.sandboxes.processes}
        assert empty <= set(starting), "a sandbox that nobody wants"
        assert len(empty) == len({starting[run] for run in empty}), "two empty sandboxes for one slot"

    @invariant()
    def what_is_over_is_over_once(self) -> None:
        held = {lease.run for lease in self.world.slots.held.values()}
        living = {process.run for process in self.world.sandboxes.processes}
        for run in self.all_runs():
            run_id = run.request.run
            if run.state is not RunState.FINISHED:
                continue
            assert finished_events(run) == 1
            assert run_id not in held | living | self.world.sandboxes.open_now, "something of it is left"
            assert self.world.slots.released[run_id] <= 1, "released twice"
            assert len(self.world.journal.outcomes.get(run_id, [])) == (run_id in self.world.journal.records)
        assert self.world.sandboxes.left_alive == 0
        assert self.world.slots.late == 0

    @invariant()
    def what_runs_is_alive(self) -> None:
        living = {process.run for process in self.world.sandboxes.processes if process.end is None}
        held = {lease.run for lease in self.world.slots.held.values()}
        for run in self.all_runs():
            if run.state is RunState.RUNNING:
                assert run.request.run in living & held

    @invariant()
    def the_first_reason_wins_in_time(self) -> None:
        for seen in self.seen:
            if self.now >= seen.must_end_at + CLOSE:
                assert self.over(seen), f"{seen.file} lives on after {seen.must_be}"
            outcome = seen.run.events.view.outcome
            if outcome is not None and seen.must_be is not None:
                assert outcome.reason is seen.must_be

    @invariant()
    def caps_hold_and_nobody_waits_for_nothing(self) -> None:
        scripts = [run for run in self.all_runs() if run.phase is RunPhase.SCRIPT and run.state is RunState.RUNNING]
        prompts = [run for run in self.all_runs() if run.phase is RunPhase.PROMPT and run.state is RunState.RUNNING]
        for user in (ADA, BOB):
            assert sum(run.request.user == user for run in scripts) <= POLICY.running
            assert sum(run.request.user == user for run in prompts) <= POLICY.prompts
        assert len(scripts) <= CAPS.running_per_node
        assert len(prompts) <= CAPS.prompts_per_node
        placed = [run for run in self.all_runs() if run.state is RunState.STARTING or self.process_in(run) is not None]
        busy = [run for run in placed if run not in prompts]
        for run in self.all_runs():
            if run.state is RunState.QUEUED and run.events.view.position is not None:
                own = sum(other.request.user == run.request.user for other in busy)
                assert own >= POLICY.running or len(busy) >= CAPS.running_per_node, "waits for nothing"

    @invariant()
    def time_ends_runs_neither_early_nor_late(self) -> None:
        for seen in self.seen:
            run, process = seen.run, self.process_of(seen)
            idle_for = self.ended_or_now(seen) - seen.active_at
            outcome = run.events.view.outcome
            if (
                outcome is not None
                and outcome.reason is EndReason.IDLE
                and not {"prompt_evicted", "room_needed"}.intersection(run.events.view.notices)
            ):
                assert idle_for >= IDLE - CLOSE, "killed although somebody used it"
            if outcome is not None and outcome.reason is EndReason.TIMED_OUT and outcome.limit is Limit.WALL:
                assert seen.file not in ("echo.py", "hello.py"), "waiting for input was counted"
            if run.state is RunState.RUNNING and run.phase is RunPhase.PROMPT:
                assert idle_for <= IDLE + GRACE + CLOSE
                if IDLE - idle_for > WARNING + CLOSE and run.events.view.expires_in is not None:
                    raise AssertionError("warned although it was used")
                if idle_for > IDLE - WARNING + CLOSE:
                    assert run.events.view.expires_in is not None, "not warned"
            if (
                run.state is RunState.RUNNING
                and seen.file in ("endless.py", "deaf.py")
                and run.phase is RunPhase.SCRIPT
            ):
                assert process is not None
                assert self.now - process.started_at <= WALL + CLOSE

    @invariant()
    def orphans_end(self) -> None:
        for seen in self.seen:
            since = self.absent_since[seen.run.request.user]
            created = (seen.run.created_at - START).total_seconds()
            if since is not None and self.now - max(since, created) > ORPHAN + GRACE + 60 + CLOSE:
                assert self.over(seen), "nobody comes back to it"

    @invariant()
    def who_was_killed_by_stop_gets_a_fresh_prompt(self) -> None:
        for number, seen in enumerate(self.seen):
            outcome = seen.run.events.view.outcome
            if outcome is None or outcome.reason is not EndReason.STOPPED_BY_USER or not seen.run.request.interactive:
                continue
            newer = any(other.run.request.key == seen.run.request.key for other in self.seen[number + 1 :])
            had_process = any(process.run == seen.run.request.run for process in self.world.sandboxes.started)
            if had_process and not newer:
                successor = seen.run.events.view.successor
                assert successor is not None, "no prompt after the stop"
                assert self.supervisor.runs.get(successor) is not None or self.now > 0

    # --- the end

    def teardown(self) -> None:
        try:
            began = self.now
            self.do(self.supervisor.shut_down)
            self.do(self.stop_asked.set)
            while not self.main.done():
                assert self.now - began <= GRACE + 0.5, "the shutdown takes too long"
                self.runner.run(self.world.clock.advance(0.25))
            self.main.result()
            self.what_is_over_is_over_once()
            for seen in self.seen:
                assert seen.run.state is RunState.FINISHED
            self.world.assert_empty(self.supervisor)
            assert self.supervisor.incidents == 0
        finally:
            self.main.cancel()
            self.runner.close()

    # --- helpers

    def pick(self, data: st.DataObject) -> Seen:
        return data.draw(st.sampled_from(self.seen[-4:]))

    def over(self, seen: Seen) -> bool:
        return seen.run.state is RunState.FINISHED

    def expect(self, seen: Seen, reason: EndReason, *, within: float) -> None:
        """Note that the run must end; the reason is settled by this, unless it is stopping already."""
        if self.over(seen):
            return
        if seen.run.state is not RunState.STOPPING:
            seen.must_be = reason
        seen.must_end_at = min(seen.must_end_at, self.now + within)

    def all_runs(self) -> list[Run]:
        return list(
            {id(run): run for run in [*(seen.run for seen in self.seen), *self.supervisor.runs.live()]}.values()
        )

    def process_in(self, run: Run) -> FakeProcess | None:
        return next((p for p in self.world.sandboxes.processes if p.run == run.request.run), None)

    def process_of(self, seen: Seen) -> FakeProcess | None:
        return self.process_in(seen.run)

    def key_of(self, process: FakeProcess) -> object:
        run = self.supervisor.runs.get(process.run)
        assert run is not None
        return run.request.key

    def ended_or_now(self, seen: Seen) -> float:
        at = self.world.journal.closed_at.get(seen.run.request.run)
        return self.now if at is None else (at - START).total_seconds()


def process_obeys(process: FakeProcess | None) -> bool:
    return process is None or process.obeys


class PromptMachine(RunMachine):
    """The same with people who stay and programs that soon reach their prompt: long lives of prompts are frequent here."""

    files: ClassVar = ["hello.py"]

    def __init__(self) -> None:
        super().__init__()
        for user in (ADA, BOB):
            self.come_or_go(user, here=True)

    @precondition(lambda self: not self.seen)
    @rule()
    def begin(self) -> None:
        self.start(ADA, 0, "a", loop=False)


class IdleMachine(PromptMachine):
    """One prompt that somebody uses now and then: everything that would end it for another reason is no rule here."""

    def start(self, user: UserId, number: int, slot: str, loop: bool) -> None:
        super().start(user, number, slot, loop)

    def press_stop(self) -> None: ...

    def stop(self) -> None: ...

    def come_or_go(self, user: UserId, here: bool) -> None:
        super().come_or_go(user, here)

    def die(self) -> None: ...


class StubbornMachine(PromptMachine):
    """Programs that must be stopped, half of them deaf."""

    files: ClassVar = ["deaf.py", "endless.py", "slow_to_leave.py"]
