from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from pythonide.adapters.database import sqlite_url
from tests.fakes.databases import PostgresServer, postgres_server
from tests.fakes.school import School, open_school


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
async def school(address: str, tmp_path: Path) -> AsyncIterator[School]:
    async with open_school(address, tmp_path / "workspaces") as opened:
        yield opened
