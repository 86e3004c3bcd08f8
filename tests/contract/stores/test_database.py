"""The schema, units of work, and closing, on both databases."""

import sqlite3
from pathlib import Path

import anyio
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from pythonide.adapters.database import make_engine, open_database, parse_url, sqlite_url
from pythonide.domain.errors import BadRequestError
from pythonide.persistence.migrate import REVISIONS
from pythonide.persistence.tables import AuditRow, Base, NodeRow, RoleScopeRow
from pythonide.persistence.transaction import Transactions
from tests.fakes.clock import START
from tests.fakes.databases import PostgresServer


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


async def test_migrations_make_what_the_models_say_and_may_run_again(address: str) -> None:
    for _ in range(2):
        async with open_database(address) as engine, engine.connect() as connection:
            assert await connection.run_sync(differences) == []
            assert await connection.scalar(select(func.count()).select_from(RoleScopeRow)) == 10


async def test_several_servers_may_start_on_an_empty_database_at_once(address: str) -> None:
    async def start() -> None:
        async with open_database(address):
            pass

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(start)


async def test_a_failed_unit_of_work_leaves_nothing_and_says_nothing(address: str) -> None:
    said: list[str] = []
    async with open_database(address) as engine:
        transactions = Transactions(engine)

        async def fail() -> None:
            async with transactions.begin() as transaction:
                await transaction.audit(START, None, "nothing", "x")
                transaction.after_commit(lambda: said.append("committed"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        async with transactions.begin() as transaction:
            transaction.after_commit(lambda: said.append("after"))
            said.append("inside")
            assert await transaction.connection.scalar(select(func.count()).select_from(AuditRow)) == 0
    assert said == ["inside", "after"]


async def test_moments_come_back_with_their_zone(address: str) -> None:
    async with open_database(address) as engine:
        transactions = Transactions(engine)
        async with transactions.begin() as transaction:
            await transaction.connection.execute(insert(NodeRow).values(id="n", epoch=1, lease_until=START))
        async with transactions.read() as connection:
            assert await connection.scalar(select(NodeRow.lease_until)) == START


async def test_read_then_write_by_many_at_once_neither_fails_nor_loses_an_increment(address: str) -> None:
    """Without `BEGIN IMMEDIATE` SQLite refuses the second writer that has read already; here two engines compete."""
    async with open_database(address) as one, open_database(address) as two:
        async with Transactions(one).begin() as transaction:
            await transaction.connection.execute(insert(NodeRow).values(id="n", epoch=0, lease_until=START))

        async def count(transactions: Transactions) -> None:
            for _ in range(10):
                async with transactions.begin() as transaction:
                    await transaction.connection.execute(text("SELECT epoch FROM nodes WHERE id = 'n'"))
                    await transaction.connection.execute(text("UPDATE nodes SET epoch = epoch + 1 WHERE id = 'n'"))

        async with anyio.create_task_group() as group:
            for engine in (one, two, one, two):
                group.start_soon(count, Transactions(engine))
        async with one.connect() as connection:
            assert await connection.scalar(select(NodeRow.epoch)) == 40


async def test_cancellation_does_not_cut_a_unit_of_work_in_half(address: str) -> None:
    async with open_database(address) as engine:
        transactions = Transactions(engine)
        with anyio.CancelScope() as scope:
            async with transactions.begin() as transaction:
                await transaction.audit(START, None, "first", "x")
                scope.cancel()
                await transaction.audit(START, None, "second", "x")
        async with transactions.read() as connection:
            assert await connection.scalar(select(func.count()).select_from(AuditRow)) == 2


async def test_foreign_keys_are_enforced(address: str) -> None:
    async with open_database(address) as engine:
        with pytest.raises(IntegrityError):
            async with Transactions(engine).begin() as transaction:
                await transaction.connection.execute(
                    text("INSERT INTO slots (user_id, workspace_id, file, epoch) VALUES ('u', 'w', 'f', 1)")
                )


async def test_fifty_starts_leave_no_connection_behind(postgres: PostgresServer) -> None:
    address = postgres.new_database()
    for _ in range(50):
        async with open_database(address) as engine, Transactions(engine).read() as connection:
            await connection.execute(text("SELECT 1"))
    name = address.partition("?")[0].rpartition("/")[2]
    with anyio.fail_after(5):
        while postgres.sql(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'") != "0":
            await anyio.lowlevel.checkpoint()


async def test_an_acknowledged_write_is_synchronous_on_sqlite(tmp_path: Path) -> None:
    async with open_database(sqlite_url(tmp_path)) as engine, engine.connect() as connection:
        assert await connection.scalar(text("PRAGMA synchronous")) == 2
        assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await connection.scalar(text("PRAGMA foreign_keys")) == 1
    with sqlite3.connect(tmp_path / "pythonide.sqlite3") as plain:
        assert plain.execute("SELECT version_num FROM alembic_version").fetchone() == (REVISIONS[-1],)
    plain.close()


@pytest.mark.parametrize("bad", ["nonsense", "mysql://host/name", "", "http://example"])
def test_other_addresses_are_refused_by_name(bad: str) -> None:
    with pytest.raises(BadRequestError):
        make_engine(parse_url(bad))
