"""The launcher's messages to the web server, kept while its socket is full."""

import json
import os
import socket
from collections import deque
from collections.abc import Sequence

from pythonide_sandbox import syscalls

_MOST_WAITING = 10_000


class Outbox:
    """Sends in order and never blocks; a web server that does not read at all is given up."""

    def __init__(self, web: socket.socket) -> None:
        self._web = web
        self._waiting: deque[tuple[bytes, list[int]]] = deque()

    def send(self, message: dict[str, object], fds: Sequence[int] = ()) -> None:
        """Queue one message; the descriptors are duplicated, so the caller keeps his."""
        self._waiting.append((json.dumps(message).encode(), [os.dup(fd) for fd in fds]))
        self.flush()

    def flush(self) -> bool:
        """Send what the socket takes; `False` if the web server is beyond hope."""
        while self._waiting:
            data, fds = self._waiting[0]
            try:
                syscalls.send_with_fds(self._web, data, fds)
            except BlockingIOError:
                return len(self._waiting) < _MOST_WAITING
            except OSError:
                return False
            self._waiting.popleft()
            syscalls.close_all(fds)
        return True

    @property
    def blocked(self) -> bool:
        """Whether something waits for the socket."""
        return bool(self._waiting)
