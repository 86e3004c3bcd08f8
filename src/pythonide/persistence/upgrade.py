"""The only module that loads Alembic; see `migrate`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def to_head(connection: Connection, scripts: Path) -> None:
    """Apply all missing migrations on an open connection."""
    command.upgrade(configuration(connection, scripts), "head")


def configuration(connection: Connection, scripts: Path) -> Config:
    """Return Alembic's settings for the packaged scripts, on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
