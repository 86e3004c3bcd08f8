"""Brings a database to the present schema; run at every start, does nothing where nothing is to do."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from pythonide.persistence.transaction import WRITING

SCRIPTS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_311_402
"""Advisory lock on PostgreSQL: of several nodes that start at once, one migrates and the others wait."""


async def migrate(engine: AsyncEngine) -> None:
    """Apply all missing migrations in one transaction."""
    async with engine.execution_options(**{WRITING: True}).begin() as connection:
        await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    command.upgrade(configuration(connection), "head")


def configuration(connection: Connection) -> Config:
    """Return Alembic's settings for the packaged scripts, on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
