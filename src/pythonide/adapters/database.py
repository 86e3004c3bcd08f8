"""The database engine: SQLite in the data directory, or PostgreSQL; opened and closed with the application."""

import fcntl
import os
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from pythonide.domain.errors import BadRequestError, UnavailableError
from pythonide.persistence.migrate import migrate
from pythonide.persistence.transaction import ALONE, LOSING, WRITING

DATABASE_FILE = "pythonide.sqlite3"
BUSY_MILLISECONDS = 5_000
POOL_SIZE = 8
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
    "PRAGMA synchronous = FULL",  # an acknowledged save survives a power cut
    "PRAGMA foreign_keys = ON",
)


def sqlite_url(data: Path) -> str:
    """Return the address of the embedded database in the data directory."""
    return URL.create("sqlite", database=str(data / DATABASE_FILE)).render_as_string()


def parse_url(text: str) -> URL:
    """Return the address with its async driver, or raise `BadRequestError` naming what is wrong."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise BadRequestError("The database address is not a URL such as postgresql://user@host/name.") from None
    backend = url.drivername.partition("+")[0].replace("postgres", "postgresql").replace("postgresqlql", "postgresql")
    if backend not in DRIVERS:
        raise BadRequestError("The database must be sqlite or postgresql.", backend=backend)
    return url.set(drivername=DRIVERS[backend])


@asynccontextmanager
async def open_database(address: str) -> AsyncGenerator[AsyncEngine, None]:
    """Yield an engine with an up-to-date schema; every connection is closed when the block ends."""
    url = parse_url(address)
    engine = make_engine(url)
    try:
        # Shielded: cancelled half-way, a connection that is just being opened would never say that it is closed.
        with anyio.CancelScope(shield=True):
            await _open(engine)
        yield engine
    finally:
        await engine.dispose()


async def _open(engine: AsyncEngine) -> None:
    try:
        if engine.url.get_backend_name() == "sqlite" and engine.url.database:
            await anyio.to_thread.run_sync(_keep_a_write_ahead_log, engine.url.database)
        await migrate(engine)
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        address = engine.url.render_as_string(hide_password=True)
        raise UnavailableError(f"The database {address} cannot be opened.", reason=str(error)) from error


def make_engine(url: URL) -> AsyncEngine:
    """Return an engine whose write transactions begin `IMMEDIATE` on SQLite. Opens nothing yet."""
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(url, pool_size=POOL_SIZE, max_overflow=0)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    return create_async_engine(url, pool_size=POOL_SIZE, max_overflow=POOL_SIZE, pool_pre_ping=True)


def _keep_a_write_ahead_log(file: str) -> None:
    # SQLite does not wait its turn for this change of the file's mode, so several servers that start at once do it here.
    folder = os.open(Path(file).parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        with closing(sqlite3.connect(file, timeout=BUSY_MILLISECONDS / 1000)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    finally:
        os.close(folder)


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    driver: Any = connection
    driver.isolation_level = None  # the driver's own BEGIN would come too late to be IMMEDIATE
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(ALONE, False):
        return
    if not options.get(WRITING, False):
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA synchronous = {'NORMAL' if options.get(LOSING, False) else 'FULL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
