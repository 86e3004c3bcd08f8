"""Runs one act of administration on the data directory; a server may be running meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from pythonide.adapters.apart import apart
from pythonide.adapters.database import DATABASE_FILE
from pythonide.adapters.privileges import drop, prepare_data_directory
from pythonide.app.lifespan import WORKSPACES, open_administration
from pythonide.app.settings import Settings
from pythonide.app.start import account_of
from pythonide.features.administration.service import Administration

T = TypeVar("T")


def run(settings: Settings, act: Callable[[Administration], Awaitable[T]]) -> T:
    """Act as the account that owns the files: root would leave some that the server cannot open."""
    account = account_of(settings)
    prepare_data_directory(settings.data, account)
    drop(account, settings.data)
    (settings.data / WORKSPACES).mkdir(exist_ok=True)
    return asyncio.run(_run(settings, act))


def courses_with_environment(settings: Settings, name: str) -> tuple[str, ...]:
    """Return the keys of the courses that have chosen an environment; asked in a process of its own, so that this one keeps its rights."""
    if settings.database is None and not (settings.data / DATABASE_FILE).exists():
        return ()
    return apart(run, settings, partial(Administration.courses_with_environment, name=name))


async def _run(settings: Settings, act: Callable[[Administration], Awaitable[T]]) -> T:
    async with open_administration(settings) as administration:
        return await act(administration)
