"""Runs one act of administration on the data directory; a server may be running meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

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


async def _run(settings: Settings, act: Callable[[Administration], Awaitable[T]]) -> T:
    async with open_administration(settings) as administration:
        return await act(administration)
