"""A network that fails on request: a TCP proxy in front of the server."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

CHUNK = 65536


class Weather(Enum):
    """What happens to what passes."""

    FINE = "passed on"
    CUT = "new connections are closed"
    HOLE = "everything is swallowed and nobody is told"


@dataclass
class Passage:
    """One connection, from both ends. In a hole nothing gets through any more, although both ends look alive."""

    page: socket.socket
    server: socket.socket
    in_a_hole: bool = False

    def reset(self) -> None:
        for end in (self.page, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with source, contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                if not self.in_a_hole:
                    target.sendall(data)
        if not self.in_a_hole:
            with contextlib.suppress(OSError):
                target.shutdown(socket.SHUT_WR)


class Proxy:
    """Passes bytes between pages and the server as the weather allows. Connections of bad weather never recover."""

    def __init__(self, port: int) -> None:
        self._server = ("127.0.0.1", port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._open: list[Passage] = []
        self._threads: list[threading.Thread] = []
        self._weather = Weather.FINE
        self._start(self._welcome)

    @property
    def origin(self) -> str:
        return f"http://localhost:{self._door.getsockname()[1]}"

    def cut(self) -> None:
        """Close every connection, and every new one."""
        with self._lock:
            self._weather = Weather.CUT
            for passage in self._open:
                passage.reset()

    def swallow(self) -> None:
        """Let nothing through any more, on connections of before and on new ones, and tell nobody."""
        with self._lock:
            self._weather = Weather.HOLE
            for passage in self._open:
                passage.in_a_hole = True

    def mend(self) -> None:
        """Connections made from now on work."""
        with self._lock:
            self._weather = Weather.FINE

    def close(self) -> None:
        self.cut()
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for thread in self._threads:
            thread.join()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="proxy")
        self._threads.append(thread)
        thread.start()

    def _welcome(self) -> None:
        while True:
            try:
                page, _ = self._door.accept()
            except OSError:
                return
            with self._lock:
                if self._weather is Weather.CUT:
                    page.close()
                    continue
                passage = Passage(page, socket.create_connection(self._server), self._weather is Weather.HOLE)
                self._open.append(passage)
            self._start(passage.pass_on, passage.page, passage.server)
            self._start(passage.pass_on, passage.server, passage.page)


@contextmanager
def proxy_to(origin: str) -> Iterator[Proxy]:
    proxy = Proxy(int(origin.rsplit(":", 1)[1]))
    try:
        yield proxy
    finally:
        proxy.close()
