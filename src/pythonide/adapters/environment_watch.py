"""Switches whenever somebody has made, changed or removed an environment: the folder itself is the message."""

from collections.abc import Sequence
from typing import Protocol

import anyio.to_thread
import structlog

from pythonide.adapters.known_environments import KnownEnvironments
from pythonide.ports import Clock

LOOK_EVERY = 2.0
"""Seconds between looks at the folder: so long it takes until a server has noticed."""

_log = structlog.stdlib.get_logger(__name__)


class Switching(Protocol):
    """Who gives environments to programs."""

    def set_up(self, environment: str, modules: Sequence[str]) -> None: ...
    def forget(self, environment: str) -> None: ...


async def follow(known: KnownEnvironments, switching: Switching, clock: Clock) -> None:
    """Keep `known` up to date and switch what is different, for ever."""
    while True:
        await clock.sleep_until(clock.monotonic() + LOOK_EVERY)
        before = known.found
        try:
            found = await anyio.to_thread.run_sync(known.look)
        except OSError as error:
            _log.error("environments_not_readable", failure=str(error))
            continue
        for name in before.keys() - found.keys():
            _log.info("environment_removed", environment=name)
            switching.forget(name)
        for name, environment in found.items():
            if before.get(name) != environment:
                _log.info("environment_changed", environment=name)
                switching.set_up(name, environment.warm)
