"""Password hashes: argon2id, two at a time, off the event loop."""

import secrets

import anyio
from anyio import to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pythonide.domain.errors import UnavailableError

MEMORY_KIB = 19 * 1024
PASSES = 2
AT_ONCE = 2
"""Each needs `MEMORY_KIB` and a core for some 25 ms."""
MOST_WAITING = 200


class Argon2Passwords:
    """The `Passwords` port; refuses work rather than let an endless queue of it grow."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
        self._limiter = anyio.CapacityLimiter(AT_ONCE)
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """Return an encoded hash with its own salt."""
        self._check_queue()
        return await to_thread.run_sync(self._hasher.hash, password, limiter=self._limiter)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Tell whether it is the password; without a stored hash the same work is done in vain."""
        self._check_queue()
        matches = await to_thread.run_sync(self._matches, stored or self._nobody, password, limiter=self._limiter)
        return matches and stored is not None

    def _check_queue(self) -> None:
        if self._limiter.statistics().tasks_waiting >= MOST_WAITING:
            raise UnavailableError("Too many people are signing in at this moment; please try again.")

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
