"""The listening socket, taken before anything is started: an address that is taken costs nothing."""

import socket

from pythonide.app.settings import Settings


class AddressTakenError(Exception):
    """Nobody can listen there; the message says why and what to do."""


def listen(settings: Settings) -> socket.socket:
    """Return the listening socket; taken before privileges are dropped, so that any port will do."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named in full, or asyncio leaves Nagle's algorithm on for whatever is accepted here: 40 ms per small message.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise AddressTakenError(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. Is the server running already? Choose another port with --port."
        ) from error
    listener.settimeout(0)
    return listener
