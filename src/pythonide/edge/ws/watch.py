"""Sign-outs and revocations act on open sockets."""

from collections.abc import Awaitable, Callable

from pythonide.edge.errors import record_incident
from pythonide.edge.ws.registry import Connections
from pythonide.features.identity.model import LoginId
from pythonide.ports import Clock

SWEEP_PERIOD = 3600.0
"""Seconds between sweeps of logins and links whose time is over."""
PERIOD = 3.0
"""Seconds between looks for logins that another process ended; they must be gone from open sockets within 5."""


class ClosingRevocations:
    """Closes the sockets of logins that ended in this process, at once."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def ended(self, logins: frozenset[LoginId]) -> None:
        """Close whatever these logins have open."""
        for login in logins:
            self._connections.close_login(login)


async def watch_logins(
    connections: Connections, still_valid: Callable[[frozenset[LoginId]], Awaitable[frozenset[LoginId]]], clock: Clock
) -> None:
    """Close the sockets of logins that lapsed, or that another process ended; for ever."""

    async def look() -> None:
        held = frozenset(LoginId(login) for login in connections.logins())
        if held:
            for login in held - await still_valid(held):
                connections.close_login(login)

    await rounds(look, PERIOD, clock)


async def rounds(act: Callable[[], Awaitable[object]], period: float, clock: Clock) -> None:
    """Act every `period` seconds, for ever; a round that fails is logged, and the next one comes all the same."""
    while True:
        await clock.sleep_until(clock.monotonic() + period)
        try:
            await act()
        except Exception as error:  # noqa: BLE001  # a database that is away for a moment must not end the server
            record_incident(error, round=getattr(act, "__qualname__", repr(act)))
