"""What people typed and the program has not read yet: bounded, numbered per client, gone with the run."""

from pythonide.domain.errors import DomainError, ErrorCode
from pythonide.domain.ids import ClientId
from pythonide.kit.pulse import Pulse

CAPACITY = 64 * 1024
MAX_CLIENTS = 16


class OutOfOrderError(DomainError):
    """Bytes before these are missing; `details["expected"]` is the offset to go on from."""

    code = ErrorCode.OUT_OF_ORDER
    retryable = True


class InputBuffer:
    """Keystrokes on their way to the terminal.

    Each client counts its own bytes, so that one sent twice after a reconnect is typed once.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._pending = bytearray()
        self._expected: dict[ClientId, int] = {}
        self._pulse = Pulse()
        self.closed = False

    def __len__(self) -> int:
        return len(self._pending)

    def expected(self, client: ClientId) -> int:
        """Return the offset from which this client goes on."""
        return self._expected.get(client, 0)

    def add(self, client: ClientId, offset: int, data: bytes) -> int:
        """Take what is new and fits, and return the offset to go on from.

        Raises `OutOfOrderError` if bytes before `offset` are missing. Once the run is over, everything is dropped.
        """
        expected = self.expected(client)
        if self.closed:
            return max(expected, offset + len(data))
        if offset > expected:
            raise OutOfOrderError("Earlier typing is missing.", expected=expected)
        fresh = data[expected - offset :][: self._capacity - len(self._pending)]
        self._pending += fresh
        self._remember(client, expected + len(fresh))
        if fresh:
            self._pulse.beat()
        return expected + len(fresh)

    async def take(self, limit: int = 4096) -> bytes:
        """Return what was typed next, at most `limit` bytes; waits for it."""
        while not self._pending:
            await self._pulse.wait()
        taken = bytes(self._pending[:limit])
        del self._pending[:limit]
        return taken

    def clear(self) -> None:
        """Forget what was typed ahead (an interrupt does that on every terminal)."""
        self._pending.clear()

    def close(self) -> None:
        """Drop everything: the run is over."""
        self.closed = True
        self._pending = bytearray()

    def _remember(self, client: ClientId, offset: int) -> None:
        self._expected.pop(client, None)
        self._expected[client] = offset
        if len(self._expected) > MAX_CLIENTS:
            del self._expected[next(iter(self._expected))]
