"""The run's own line to the web server: how the script ended, its figures, and that it missed the network."""

import fcntl
import os
import socket
import sys
from ipaddress import ip_address
from typing import cast

from pythonide_sandbox.wire import Header, WireError, write_frame

Address = tuple[object, ...]
_HIGH = 100
"""Far above the descriptors that programs are used to see."""


class Reporter:
    """Writes frames in the process that made it and nowhere else; whoever breaks the line hurts only their own run."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel: socket.socket | None = socket.socket(fileno=fcntl.fcntl(channel, fcntl.F_DUPFD_CLOEXEC, _HIGH))
        channel.close()
        self._missed_network = False
        os.register_at_fork(after_in_child=self._forget)

    def fileno(self) -> int:
        """Return the descriptor."""
        return -1 if self._channel is None else self._channel.fileno()

    def send(self, header: Header, body: bytes = b"") -> None:
        """Send one frame; a line that is gone takes nothing and says nothing."""
        if self._channel is None:
            return
        try:
            write_frame(self._channel, header, body)
        except (OSError, WireError):
            self._forget()

    def watch_network(self) -> None:
        """Tell once that the program tried to reach another machine."""
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._missed_network or self._channel is None:
            return
        if (event == "socket.getaddrinfo" and _elsewhere(arguments[0])) or (
            event == "socket.connect"
            and isinstance(arguments[1], tuple)
            and _elsewhere(cast("Address", arguments[1])[0])
        ):
            self._miss()

    def _miss(self) -> None:
        self._missed_network = True
        self.send({"type": "network"})

    def _forget(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None


def _elsewhere(host: object) -> bool:
    if not isinstance(host, str) or host in ("", "localhost"):
        return False
    try:
        return not ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return True
