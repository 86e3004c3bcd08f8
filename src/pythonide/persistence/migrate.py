"""Brings a database to the present schema; run at every start, and cheap where nothing is to do."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from pythonide.domain.errors import UnavailableError
from pythonide.persistence.transaction import WRITING

SCRIPTS = Path(__file__).parent / "migrations"
REVISIONS = tuple(sorted(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*.py")))
"""Every schema this program knows, oldest first; a migration's file is named by its revision."""
MIGRATION_LOCK = 7_311_402
"""Advisory lock on PostgreSQL: of several nodes that start at once, one migrates and the others wait."""


async def migrate(engine: AsyncEngine) -> None:
    """Apply all missing migrations in one transaction. Raises `UnavailableError` for a database of a newer program."""
    async with engine.connect() as connection:
        found = await connection.run_sync(_revision)
    if found == REVISIONS[-1]:
        return
    if found is not None and found not in REVISIONS:
        raise UnavailableError(
            f"The database was written by a newer PythonIDE: its schema is {found}, and this program knows {REVISIONS[-1]} at most. "
            "Install the newer version again, or serve another data folder."
        )
    async with engine.execution_options(**{WRITING: True}).begin() as connection:
        await connection.run_sync(_upgrade)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from pythonide.persistence import upgrade  # noqa: PLC0415 - Alembic costs a tenth of every start that needs none of it

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    upgrade.to_head(connection, SCRIPTS)
