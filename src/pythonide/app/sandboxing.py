"""Where programs run: the one place that chooses the sandbox of this machine."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from pythonide.domain.errors import UnavailableError
from pythonide.ports import Sandbox, SandboxSpec


class NoSandboxes:
    """Refuses every run with a plain sentence: nothing runs unprotected because protection is missing."""

    def __init__(self, why: str) -> None:
        self._why = why

    @asynccontextmanager
    async def open(self, spec: SandboxSpec) -> AsyncGenerator[Sandbox, None]:
        """Raise `UnavailableError`."""
        raise UnavailableError(self._why, environment=spec.environment)
        yield
