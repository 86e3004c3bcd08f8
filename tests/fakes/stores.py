"""Slots and journal in memory."""

from collections import Counter
from datetime import datetime

import anyio
import anyio.lowlevel

from pythonide.domain.ids import RunId, UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import EndReason, Outcome
from pythonide.ports import RunRecord, SlotLease


class FakeSlots:
    """Implements `Slots`; counts what a table would show."""

    def __init__(self) -> None:
        self._epochs: Counter[tuple[str, str, str]] = Counter()
        self.held: dict[tuple[str, str, str], SlotLease] = {}
        self.released: Counter[RunId] = Counter()
        self.late = 0

    async def acquire(self, user: UserId, workspace: WorkspaceId, file: WorkspacePath, run: RunId) -> SlotLease:
        await anyio.lowlevel.checkpoint()
        key = (user, workspace, file.text)
        self._epochs[key] += 1
        self.held[key] = SlotLease(user, workspace, file, run, self._epochs[key])
        return self.held[key]

    async def release(self, lease: SlotLease) -> bool:
        await anyio.lowlevel.checkpoint()
        key = (lease.user, lease.workspace, lease.file.text)
        self.released[lease.run] += 1
        if self.held.get(key) != lease:
            self.late += 1
            return False
        del self.held[key]
        return True


class FakeJournal:
    """Implements `RunJournal`."""

    def __init__(self) -> None:
        self.records: dict[RunId, RunRecord] = {}
        self.outcomes: dict[RunId, list[Outcome]] = {}
        self.closed_at: dict[RunId, datetime] = {}

    async def opened(self, record: RunRecord) -> None:
        await anyio.lowlevel.checkpoint()
        self.records[record.run] = record

    async def closed(self, run: RunId, outcome: Outcome, at: datetime) -> None:
        await anyio.lowlevel.checkpoint()
        self.outcomes.setdefault(run, []).append(outcome)
        self.closed_at[run] = at

    async def sweep_lost(self, at: datetime) -> int:
        await anyio.lowlevel.checkpoint()
        open_runs = [run for run in self.records if run not in self.outcomes]
        for run in open_runs:
            self.outcomes[run] = [Outcome(EndReason.LOST)]
        return len(open_runs)
