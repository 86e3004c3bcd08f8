"""Planted defects: each is what somebody could write one day, and each must be caught."""

import os
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis.stateful import RuleBasedStateMachine

from pythonide.adapters import workspace_files
from pythonide.domain.runs import EndReason, RunPhase, RunState
from pythonide.execution import run as run_module
from pythonide.execution.admission import Admission, Turns
from pythonide.execution.events import Finished, StateChanged
from pythonide.execution.expiry import End, Expiry
from pythonide.execution.frames import FrameKind, StreamFrame
from pythonide.execution.input_buffer import InputBuffer
from pythonide.execution.output_log import OutputLog
from pythonide.execution.run import Run, RunDriver
from pythonide.execution.stage import Stage
from pythonide.execution.supervisor import Supervisor
from pythonide.features.workspaces import service
from pythonide.features.workspaces.trees import Trees
from tests.model.expiry_machine import ExpiryMachine
from tests.model.input_machine import InputMachine
from tests.model.output_machine import OutputMachine
from tests.model.run_machine import IdleMachine, PromptMachine, RunMachine, StubbornMachine
from tests.model.tree_machine import TreeMachine

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Mutant:
    """A defect, and the machine that must notice it."""

    name: str
    machine: type[RuleBasedStateMachine]
    plant: Plant


MUTANTS: list[Mutant] = []


def mutant(machine: type[RuleBasedStateMachine]) -> Callable[[Plant], Plant]:
    def add(plant: Plant) -> Plant:
        MUTANTS.append(Mutant(plant.__name__, machine, plant))
        return plant

    return add


@mutant(RunMachine)
def the_slot_is_released_twice(patch: pytest.MonkeyPatch) -> None:
    real = run_module.leased

    @asynccontextmanager
    async def leased(slots: Any, clock: Any, request: Any) -> Any:
        async with real(slots, clock, request) as lease:
            yield lease
        await slots.release(lease)

    patch.setattr(run_module, "leased", leased)


@mutant(RunMachine)
def the_slot_is_kept_when_it_ends(patch: pytest.MonkeyPatch) -> None:
    @asynccontextmanager
    async def leased(slots: Any, clock: Any, request: Any) -> Any:
        yield await slots.acquire(request.user, request.workspace, request.slot, request.run)

    patch.setattr(run_module, "leased", leased)


@mutant(RunMachine)
def nobody_reaps_the_process(patch: pytest.MonkeyPatch) -> None:
    async def close(self: RunDriver, process: Any) -> None:
        if self._end is None:
            self.run.advance(RunState.STOPPING, self.run.phase)

    patch.setattr(RunDriver, "_close", close)


@mutant(RunMachine)
def the_last_reason_wins(patch: pytest.MonkeyPatch) -> None:
    def settle(self: Run, ending: End) -> bool:
        first, self.ending = self.ending is None, ending
        return first

    patch.setattr(Run, "settle", settle)


@mutant(RunMachine)
def finished_is_said_twice(patch: pytest.MonkeyPatch) -> None:
    real = Run.tell

    def tell(self: Run, event: Any) -> None:
        real(self, event)
        if isinstance(event, Finished):
            real(self, event)

    patch.setattr(Run, "tell", tell)


@mutant(RunMachine)
def finished_is_said_before_the_sandbox_is_gone(patch: pytest.MonkeyPatch) -> None:
    real = Run.settle

    def settle(self: Run, ending: End) -> bool:
        first = real(self, ending)
        if first and self.state is RunState.RUNNING:
            self.tell(StateChanged(RunState.FINISHED, None))
        return first

    patch.setattr(Run, "settle", settle)


@mutant(RunMachine)
def two_runs_share_a_slot(patch: pytest.MonkeyPatch) -> None:
    @asynccontextmanager
    async def held(self: Turns, key: object) -> Any:
        yield

    patch.setattr(Turns, "held", held)


@mutant(RunMachine)
def run_again_replaces_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("pythonide.execution.registry.RunRegistry.live_in", lambda self, key: [])


@mutant(StubbornMachine)
def no_prompt_follows_a_kill(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Supervisor, "_successor", lambda self, run, outcome: None)


@mutant(StubbornMachine)
def the_second_press_is_like_the_first(patch: pytest.MonkeyPatch) -> None:
    real = Expiry.pressed

    def pressed(self: Expiry, now: float) -> bool:
        real(self, now)
        return False

    patch.setattr(Expiry, "pressed", pressed)


@mutant(StubbornMachine)
def the_first_press_kills(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Run, "press_stop", lambda self: self.stop(EndReason.STOPPED_BY_USER))


@mutant(PromptMachine)
def stop_costs_a_waiting_prompt(patch: pytest.MonkeyPatch) -> None:
    def waiting(self: Expiry, now: float, *, waiting: bool) -> None:
        self._waiting = False

    patch.setattr(Expiry, "waiting", waiting)


@mutant(StubbornMachine)
def the_caps_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Admission, "_fits", lambda self, user: True)


@mutant(PromptMachine)
def a_prompt_keeps_its_place_among_the_running(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Admission, "move_to_prompts", lambda self, place: None)


@mutant(StubbornMachine)
def a_leaving_run_deals_no_place(patch: pytest.MonkeyPatch) -> None:
    def leave(self: Admission, place: Any) -> None:
        run = place.run.request.run
        if place in self._queue:
            self._queue.remove(place)
        self._running.pop(run, None)
        self._prompts.pop(run, None)

    patch.setattr(Admission, "_leave", leave)


@mutant(RunMachine)
def shutdown_waits_ten_times_the_grace(patch: pytest.MonkeyPatch) -> None:
    def shut_down(self: Supervisor) -> None:
        self._closing = True
        for run in self.runs.live():
            run.stop(EndReason.SERVER_SHUTDOWN, grace=20.0)

    patch.setattr(Supervisor, "shut_down", shut_down)


@mutant(RunMachine)
def orphans_live_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Stage, "present", lambda self, *, present: self.expiry.present(0.0, present=True))


@mutant(IdleMachine)
def typing_is_no_activity(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Stage, "extend", lambda self: None)


@mutant(InputMachine)
def a_resent_key_is_typed_twice(patch: pytest.MonkeyPatch) -> None:
    def add(self: InputBuffer, client: Any, offset: int, data: bytes) -> int:
        if not self.closed:
            self._pending += data
            self._pulse.beat()
        self._remember(client, offset + len(data))
        return offset + len(data)

    patch.setattr(InputBuffer, "add", add)


@mutant(RunMachine)
def the_journal_never_hears_the_end(patch: pytest.MonkeyPatch) -> None:
    async def close_record(self: RunDriver, outcome: Any) -> None:
        return None

    patch.setattr(RunDriver, "_close_record", close_record)


@mutant(ExpiryMachine)
def activity_just_before_the_check_loses(patch: pytest.MonkeyPatch) -> None:
    """Row 21 itself: what the person does after the warning comes too late."""

    def used(self: Expiry, now: float) -> None:
        if now - self.active_at < PATIENCE_BEFORE_CHECK:
            self.active_at = now

    patch.setattr(Expiry, "used", used)


PATIENCE_BEFORE_CHECK = 90.0


@mutant(ExpiryMachine)
def waiting_for_input_counts_as_work(patch: pytest.MonkeyPatch) -> None:
    def recount(self: Expiry, now: float) -> None:
        if self._counting_since is not None:
            self._used += now - self._counting_since
        self._counting_since = now if self._phase is RunPhase.SCRIPT else None

    patch.setattr(Expiry, "_recount", recount)


@mutant(ExpiryMachine)
def nobody_is_warned(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Expiry, "deadline", lambda self: self._end()[0])


@mutant(OutputMachine)
def the_ring_drops_one_block_too_many(patch: pytest.MonkeyPatch) -> None:
    def trim(self: OutputLog) -> None:
        while self.end - self.start >= self._capacity:
            del self._blocks[self.start // self._block]
            self.start += self._block

    patch.setattr(OutputLog, "_trim", trim)


@mutant(OutputMachine)
def the_ring_never_drops(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(OutputLog, "_trim", lambda self: None)


@mutant(OutputMachine)
def a_gap_is_hidden(patch: pytest.MonkeyPatch) -> None:
    real = OutputLog.frame

    def frame(self: OutputLog, position: int, budget: int) -> StreamFrame | None:
        return real(self, max(position, self.start), budget)

    patch.setattr(OutputLog, "frame", frame)


@mutant(OutputMachine)
def the_end_comes_before_the_last_bytes(patch: pytest.MonkeyPatch) -> None:
    real = OutputLog.frame

    def frame(self: OutputLog, position: int, budget: int) -> StreamFrame | None:
        return StreamFrame(FrameKind.END, position, position) if self.closed else real(self, position, budget)

    patch.setattr(OutputLog, "frame", frame)


@mutant(TreeMachine)
def what_arrives_replaces_what_is_there(patch: pytest.MonkeyPatch) -> None:
    def rename(source_folder: int, source: str, target_folder: int, target: str) -> None:
        os.rename(source, target, src_dir_fd=source_folder, dst_dir_fd=target_folder)

    patch.setattr(workspace_files, "rename_exclusive", rename)


@mutant(TreeMachine)
def the_page_is_not_told_of_folders_that_an_upload_made(patch: pytest.MonkeyPatch) -> None:
    real = Trees.note

    async def note(self: Trees, workspace: Any, paths: Any) -> None:
        await real(self, workspace, list(paths)[-1:])

    patch.setattr(Trees, "note", note)


@mutant(TreeMachine)
def moving_ignores_upper_and_lower_case(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(service, "check_clash", lambda *_args, **_named: None)
