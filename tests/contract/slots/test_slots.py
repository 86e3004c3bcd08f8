"""Leases of slots: one suite for the table and for the fake."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import insert

from pythonide.adapters.database import open_database, sqlite_url
from pythonide.adapters.slots import LocalSlots
from pythonide.domain.ids import RunId, UserId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import EndReason, Outcome, RunState
from pythonide.features.runs.store import RunStore, open_epoch
from pythonide.persistence.tables import CourseRow, UserRow, WorkspaceRow
from pythonide.persistence.transaction import Transactions
from pythonide.ports import RunRecord, SlotLease, Slots
from tests.fakes.stores import FakeSlots

NOW = datetime(2026, 1, 1, tzinfo=UTC)
USER, WORKSPACE = UserId("a" * 32), WorkspaceId("b" * 32)
FILE = WorkspacePath.parse("main.py")


@asynccontextmanager
async def database(folder: Path) -> AsyncGenerator[Transactions, None]:
    async with open_database(sqlite_url(folder)) as engine:
        transactions = Transactions(engine)
        async with transactions.begin() as transaction:
            execute = transaction.connection.execute
            await execute(
                insert(UserRow).values(
                    id=USER, login_name="ada", display_name="Ada", site_role="member", active=True, created_at=NOW
                )
            )
            await execute(insert(CourseRow).values(id="c" * 32, key="demo", title="Demo", created_at=NOW))
            await execute(
                insert(WorkspaceRow).values(
                    id=WORKSPACE, kind="personal", course_id="c" * 32, owner_id=USER, name="", created_at=NOW
                )
            )
        yield transactions


@pytest.fixture(params=["fake", "local", "sqlite"])
async def slots(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Slots, None]:
    if request.param == "fake":
        yield FakeSlots()
        return
    if request.param == "local":
        yield LocalSlots()
        return
    async with database(tmp_path) as transactions:
        yield RunStore(transactions, "local", await open_epoch(transactions, "local", NOW))


async def take(slots: Slots, run: str = "") -> SlotLease:
    return await slots.acquire(USER, WORKSPACE, FILE, RunId(run or new_id()))


async def test_a_slot_is_taken_and_given_back_once(slots: Slots) -> None:
    lease = await take(slots)
    assert await slots.release(lease)
    assert not await slots.release(lease)


async def test_a_late_release_does_not_touch_the_new_lease(slots: Slots) -> None:
    old = await take(slots)
    new = await take(slots)
    assert new.epoch > old.epoch
    assert not await slots.release(old)
    assert await slots.release(new)


async def test_hundreds_of_leases_with_late_releases(slots: Slots) -> None:
    """Row 5: whoever holds the slot keeps it, whatever earlier holders do, and nobody waits for ever."""
    chance = Random(5)
    past: list[SlotLease] = []
    current: SlotLease | None = None
    for _ in range(300):
        step = chance.choice(["take", "release", "late"])
        if step == "take":
            if current is not None:
                past.append(current)
            current = await take(slots)
            assert all(current.epoch > lease.epoch for lease in past)
        elif step == "release" and current is not None:
            assert await slots.release(current)
            past.append(current)
            current = None
        elif step == "late" and past:
            assert not await slots.release(chance.choice(past))
    if current is not None:
        assert await slots.release(current)


async def test_a_restart_sweeps_what_the_earlier_life_left(tmp_path: Path) -> None:
    async with database(tmp_path) as transactions:
        first = RunStore(transactions, "local", await open_epoch(transactions, "local", NOW))
        other = RunStore(transactions, "other", await open_epoch(transactions, "other", NOW))
        runs = [RunId(new_id()) for _ in range(3)]
        for store, run in zip((first, first, other), runs, strict=True):
            await store.opened(RunRecord(run, USER, WORKSPACE, FILE, RunState.QUEUED, None, NOW))
        await first.closed(runs[1], Outcome(EndReason.EXITED), NOW)
        lease = await first.acquire(USER, WORKSPACE, FILE, runs[0])
        second = RunStore(transactions, "local", await open_epoch(transactions, "local", NOW))
        assert await second.sweep_lost(NOW) == 1
        assert await second.sweep_lost(NOW) == 0
        assert [await second.outcome(run) for run in runs] == [EndReason.LOST, EndReason.EXITED, None]
        assert await second.holder(USER, WORKSPACE, FILE) is None
        await first.closed(runs[0], Outcome(EndReason.EXITED), NOW)
        assert await second.outcome(runs[0]) is EndReason.LOST, "an earlier epoch has no say any more"
        assert not await first.release(lease)
