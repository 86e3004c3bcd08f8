"""The way out of a socket: one message at a time, and never for ever."""

import anyio
from starlette.websockets import WebSocket, WebSocketDisconnect

SEND_SECONDS = 20.0
"""A peer that takes nothing for so long is gone, or means harm."""


class PeerGoneError(Exception):
    """Nothing more can be sent on this socket."""


class Sender:
    """Serialises messages; who sends waits for the peer, so nothing piles up here.

    At most one message per sender is in memory: commands in flight, followed streams and attached runs are all bounded.
    """

    def __init__(self, socket: WebSocket, patience: float = SEND_SECONDS) -> None:
        self._socket = socket
        self._turn = anyio.Lock()
        self._patience = patience

    async def text(self, data: bytes) -> None:
        """Send one JSON message. Raises `PeerGoneError`."""
        await self._send({"type": "websocket.send", "text": data.decode()})

    async def binary(self, data: bytes) -> None:
        """Send one binary frame. Raises `PeerGoneError`."""
        await self._send({"type": "websocket.send", "bytes": data})

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye, if the peer still listens."""
        with anyio.move_on_after(2, shield=True):
            try:
                await self._socket.close(code, reason)
            except (WebSocketDisconnect, RuntimeError):  # already closed from the other side
                return

    async def _send(self, message: dict[str, str | bytes]) -> None:
        async with self._turn:
            try:
                with anyio.fail_after(self._patience):
                    await self._socket.send(message)
            except (WebSocketDisconnect, RuntimeError, TimeoutError) as error:
                raise PeerGoneError from error
