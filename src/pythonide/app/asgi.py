"""The web server around the application: uvicorn, with signals that end it in order."""

import asyncio
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

from pythonide.app.settings import Settings
from pythonide.protocol.base import MAX_FRAME_BYTES

GRACE_SECONDS = 3
"""How long open requests may take to end once the server stops."""


class Server(uvicorn.Server):
    """Tells when it answers, and leaves the process alive when it stops, so that runs can end in order."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then say so."""
        await super().startup(sockets)
        self._ready()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let pages know, then stop listening."""
        self._stopping()
        await super().shutdown(sockets)

    @contextmanager
    @override
    def capture_signals(self) -> Generator[None, None, None]:
        """Take SIGINT and SIGTERM as the wish to end; unlike uvicorn's own, it does not raise them again."""
        loop = asyncio.get_running_loop()
        wanted = (signal.SIGINT, signal.SIGTERM)
        for number in wanted:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in wanted:
                loop.remove_signal_handler(number)


def make_server(app: ASGIApp, settings: Settings, ready: Callable[[], None], stopping: Callable[[], None]) -> Server:
    """Return the server, configured as this product needs it."""
    config = uvicorn.Config(
        app,
        http="h11",
        ws="websockets-sansio",
        ws_max_size=2 * MAX_FRAME_BYTES,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=GRACE_SECONDS,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.certificate_key,
    )
    return Server(config, ready, stopping)
