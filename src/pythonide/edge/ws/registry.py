"""Every open socket of this node: one object, on one loop."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Protocol

from pythonide.domain.errors import LimitReachedError
from pythonide.domain.ids import ClientId, UserId
from pythonide.edge.errors import CloseCode

MAX_PER_USER = 24
"""Tabs and devices of one person."""
MAX_PER_NODE = 5000


class Held(Protocol):
    """What the registry must know of a connection."""

    @property
    def user(self) -> UserId: ...
    @property
    def login(self) -> str: ...
    @property
    def client(self) -> ClientId | None: ...
    def close(self, code: CloseCode, reason: str) -> None:
        """Ask the connection to end; synchronous, may be called twice."""
        ...


class Connections:
    """Finds connections by person, login and client. Iteration is over snapshots, so closing inside a loop is fine."""

    def __init__(self) -> None:
        self._held: set[Held] = set()

    def __len__(self) -> int:
        return len(self._held)

    @contextmanager
    def holding(self, connection: Held) -> Generator[None, None, None]:
        """Have the connection registered while the block is open. Raises `LimitReachedError`."""
        own = sum(1 for held in self._held if held.user == connection.user)
        if own >= MAX_PER_USER or len(self._held) >= MAX_PER_NODE:
            raise LimitReachedError("Too many pages are open.", limit=MAX_PER_USER)
        self._held.add(connection)
        try:
            yield
        finally:
            self._held.discard(connection)

    def logins(self) -> set[str]:
        """Return the logins that have a page open."""
        return {held.login for held in self._held}

    def replace(self, connection: Held, client: ClientId) -> None:
        """Close older connections of the same page: a page that reconnects has given up the old one."""
        self._close(
            lambda held: held is not connection and held.user == connection.user and held.client == client,
            CloseCode.REPLACED,
            "this page has connected again",
        )

    def close_login(self, login: str) -> None:
        """Close what a signed-out or revoked login has open."""
        self._close(lambda held: held.login == login, CloseCode.NOT_SIGNED_IN, "signed out")

    def close_user(self, user: UserId) -> None:
        """Close everything a person has open."""
        self._close(lambda held: held.user == user, CloseCode.NOT_SIGNED_IN, "signed out")

    def close_all(self) -> None:
        """Close everything: the server stops."""
        self._close(lambda _held: True, CloseCode.RESTART, "the server restarts")

    def _close(self, wanted: Callable[[Held], bool], code: CloseCode, reason: str) -> None:
        for held in tuple(self._held):
            if wanted(held):
                held.close(code, reason)
