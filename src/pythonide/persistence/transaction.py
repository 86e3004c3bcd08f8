"""One unit of work: it commits as a whole, and what depends on it is said only afterwards."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import anyio
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from pythonide.persistence.tables import AuditRow

Connection = AsyncConnection
"""What a unit of work lends to stores; those who only pass it on need not know the library."""
WRITING = "pythonide_writing"
"""Execution option of a connection: the engine's `begin` listener makes it `BEGIN IMMEDIATE` on SQLite."""
ALONE = "pythonide_alone"
"""Execution option of a connection: its one statement needs no transaction around it."""
LOSING = "pythonide_losing"
"""Execution option of a connection: on SQLite its commit does not wait for the disk."""


class Transaction:
    """An open unit of work; stores run their statements on `connection`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self._after_commit: list[Callable[[], None]] = []

    def after_commit(self, action: Callable[[], None]) -> None:
        """Have `action` called once the work is durable, in the order of registration; never if it is rolled back."""
        self._after_commit.append(action)

    async def audit(self, at: datetime, actor: str | None, action: str, object_id: str, **details: object) -> None:
        """Record who did what to whom, together with the act itself."""
        await self.connection.execute(
            insert(AuditRow).values(
                at=at, actor_id=actor, action=action, object_id=object_id, details=json.dumps(details, sort_keys=True)
            )
        )

    def committed(self) -> None:
        """Call the registered actions; `Transactions.begin` does this, nobody else."""
        for action in self._after_commit:
            action()


class Transactions:
    """Opens units of work on the engine, which belongs to the application's lifespan."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(**{WRITING: True})
        self._losing = engine.execution_options(**{WRITING: True, LOSING: True})
        self._reader = engine
        self._glancing = engine.execution_options(**{ALONE: True})
        # SQLite has one writer: waiting here is fair and cancellable, its own busy loop is neither.
        self._one_writer = anyio.Lock() if engine.dialect.name == "sqlite" else None
        # Each connection to SQLite has a thread: one after the other they take less time than all at once.
        self._glances = anyio.CapacityLimiter(1 if engine.dialect.name == "sqlite" else 1000)

    @asynccontextmanager
    async def begin(self, *, may_be_lost: bool = False) -> AsyncGenerator[Transaction, None]:
        """Open a write transaction; leaving the block commits, an exception rolls back.

        Work in the block is short and touches only the database: cancellation waits for its end, so no act is cut in half.
        What `may_be_lost` survives a crash of this program, but a power cut only once something durable was committed after it.
        """
        engine = self._losing if may_be_lost else self._engine
        if self._one_writer is None:
            async with self._write(engine) as transaction:
                yield transaction
        else:
            async with self._one_writer, self._write(engine) as transaction:
                yield transaction

    @asynccontextmanager
    async def _write(self, engine: AsyncEngine) -> AsyncGenerator[Transaction, None]:
        with anyio.CancelScope(shield=True):
            async with engine.begin() as connection:
                transaction = Transaction(connection)
                yield transaction
            transaction.committed()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection, None]:
        """Open a consistent view for reading; whatever was written in it is rolled back."""
        with anyio.CancelScope(shield=True):
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def glance(self) -> AsyncGenerator[AsyncConnection, None]:
        """Lend a connection for a single statement that reads: it is consistent by itself, so no transaction is begun for it."""
        async with self._glances:
            with anyio.CancelScope(shield=True):
                async with self._glancing.connect() as connection:
                    yield connection
