"""Leases of slots: one suite for the table and for the fake."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import anyio
import anyio.lowlevel
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


@pytest.mark.long
async def test_many_at_once_take_and_release_late(slots: Slots) -> None:
    """Row 5 at scale: twenty that take the same slot from each other and release whenever chance wants, thousands of times."""
    epochs: set[int] = set()

    async def holder(seed: int) -> None:
        chance = Random(seed)
        past: list[SlotLease] = []
        for _ in range(100):
            lease = await take(slots)
            assert lease.epoch not in epochs
            epochs.add(lease.epoch)
            past.append(lease)
            await anyio.lowlevel.checkpoint()
            old = past.pop(chance.randrange(len(past)))
            late = old.epoch < max(epochs)
            released = await slots.release(old)
            assert not (late and released), "somebody else's lease was released"

    with anyio.fail_after(100):
        async with anyio.create_task_group() as group:
            for seed in range(20):
                group.start_soon(holder, seed)
        last = await take(slots)
        assert last.epoch > max(epochs)
        assert await slots.release(last)


async def test_many_people_press_at_once_and_each_file_has_one_holder(slots: Slots) -> None:
    """Row 5 at once: eight tasks take, give back and come late on five files, hundreds of times."""
    files = [WorkspacePath.parse(f"{number}.py") for number in range(5)]
    taken: dict[WorkspacePath, list[SlotLease]] = {file: [] for file in files}
    given_back: set[int] = set()

    async def press(seed: int) -> None:
        chance = Random(seed)
        for _ in range(40):
            file = chance.choice(files)
            if not taken[file] or chance.random() < 0.5:
                taken[file].append(await slots.acquire(USER, WORKSPACE, file, RunId(new_id())))
                continue
            lease = chance.choice(taken[file])
            newest = max(one.epoch for one in taken[file])
            if await slots.release(lease):
                assert lease.epoch >= newest, "somebody else had the slot when this release began"
                assert id(lease) not in given_back, "given back once"
                given_back.add(id(lease))

    async with anyio.create_task_group() as group:
        for seed in range(8):
            group.start_soon(press, seed)
    for leases in taken.values():
        ordered = sorted(leases, key=lambda lease: lease.epoch)
        assert len({lease.epoch for lease in ordered}) == len(ordered)
        assert not any([await slots.release(lease) for lease in ordered[:-1]])
        assert await slots.release(ordered[-1]) is (id(ordered[-1]) not in given_back)


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
