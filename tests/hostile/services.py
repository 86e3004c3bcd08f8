"""Services of this machine that no program in a sandbox may reach."""

import socket
from dataclasses import dataclass


@dataclass(frozen=True)
class Services:
    """What listens on this machine while hostile programs run."""

    tcp: socket.socket
    udp: socket.socket
    datagram: socket.socket
    abstract: socket.socket
    path: socket.socket

    def arguments(self) -> dict[str, str]:
        return {
            "{tcp}": str(self.tcp.getsockname()[1]),
            "{udp}": str(self.udp.getsockname()[1]),
            "{abstract}": self.abstract.getsockname()[1:].decode(),
            "{socket}": self.path.getsockname(),
            "{datagram}": self.datagram.getsockname(),
        }

    def reached(self) -> list[str]:
        """Return which of them anybody reached: asked from outside, whatever the program says."""
        found: list[str] = []
        for name, listener in (("tcp", self.tcp), ("abstract", self.abstract), ("path", self.path)):
            try:
                listener.accept()[0].close()
            except BlockingIOError:
                continue
            found.append(name)
        for name, receiver in (("udp", self.udp), ("datagram", self.datagram)):
            try:
                receiver.recv(100)
            except BlockingIOError:
                continue
            found.append(name)
        return found
