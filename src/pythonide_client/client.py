"""One page's conversation: say hello, ask, and hear what happens."""

import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from pythonide.protocol.frames import Frame, FrameKind, decode_frame
from pythonide.protocol.version import VERSION
from pythonide_client.errors import ClosedError, RefusedError
from pythonide_client.sign_in import SignedIn

Json = dict[str, Any]
NO_CODE = 1006


class Client:
    """An open connection; use it from one task. Messages that come between are kept in `events` and `output`.

    Whatever waits for the server raises `ClosedError` once the connection is gone.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.welcome: Json = {}
        """The reply to hello."""
        self.events: list[Json] = []
        """Every event so far, in order."""
        self.output: dict[int, bytearray] = {}
        """Bytes of each channel."""
        self.ended: set[int] = set()
        """Channels whose output is over."""
        self.dropped: dict[int, int] = {}
        """How many bytes the gaps of a channel named."""
        self.typed: dict[int, int] = {}
        """Up to where the server has taken what was typed on a channel."""
        self.acknowledges = True
        """Give credit for what arrives; a slow reader does not."""

    async def ask(self, command: str, **fields: Any) -> Json:  # noqa: ANN401  # the fields are the command's own
        """Send a command and return its result. Raises `RefusedError`."""
        return await self.ask_as(secrets.token_hex(8), command, **fields)

    async def ask_as(self, request_id: str, command: str, **fields: Any) -> Json:  # noqa: ANN401  # the fields are the command's own
        """Ask under an id of one's own: sent again with the same id, an act is answered, not repeated."""
        await self.send_raw(msgspec.json.encode({"type": command, "requestId": request_id, **fields}).decode())
        while True:
            message = await self.receive()
            if isinstance(message, dict) and message.get("re") == request_id:
                if message["type"] == "reply.error":
                    raise RefusedError(message["error"])
                return message["result"]

    async def receive(self) -> Json | Frame:
        """Take one message: a reply is returned, an event or frame is returned and kept; output is acknowledged."""
        try:
            data = await self._socket.recv()
            if isinstance(data, bytes):
                return await self._take(decode_frame(data))
        except ConnectionClosed as closed:
            raise _closed(closed) from closed
        message: Json = msgspec.json.decode(data)
        if "stream" in message:
            self.events.append(message)
        return message

    async def type(self, channel: int, offset: int, data: bytes) -> None:
        """Type into the program's terminal; `offset` counts the bytes typed before."""
        await self.send_raw(Frame(FrameKind.INPUT, channel, offset, data).encode())

    async def send_raw(self, data: str | bytes) -> None:
        """Send anything, well formed or not."""
        try:
            await self._socket.send(data)
        except ConnectionClosed as closed:
            raise _closed(closed) from closed

    async def _take(self, frame: Frame) -> Frame:
        match frame.kind:
            case FrameKind.GAP:
                self.dropped[frame.channel] = self.dropped.get(frame.channel, 0) + frame.dropped
            case FrameKind.INPUT_ACK:
                self.typed[frame.channel] = frame.offset
            case FrameKind.OUTPUT if not frame.payload:
                self.ended.add(frame.channel)
            case _:
                self.output.setdefault(frame.channel, bytearray()).extend(frame.payload)
                if self.acknowledges:
                    done = frame.offset + len(frame.payload)
                    await self._socket.send(Frame(FrameKind.ACK, frame.channel, done).encode())
        return frame


@asynccontextmanager
async def connected(
    who: SignedIn, *, hello: bool = True, resume: Json | None = None, client: str = "", via: str = ""
) -> AsyncGenerator[Client, None]:
    """Open a socket and say hello; closed when the block ends.

    `client` names the page, for those that reconnect; `via` is a `host:port` that leads to the same server.
    Raises `ClosedError` if the server does not let us in, `RefusedError` if it refuses hello.
    """
    address = who.address.replace("http", "ws", 1) + "/api/ws"
    door = urlsplit(f"//{via}")
    where: Json = {"host": door.hostname, "port": door.port} if via else {}
    try:
        socket = await connect(
            address,
            additional_headers={"Cookie": who.cookie, "Origin": who.address},
            compression=None,
            max_size=None,
            proxy=None,
            **where,
        )
    except (OSError, InvalidHandshake, TimeoutError) as error:
        raise ClosedError(_status(error), str(error)) from error
    async with socket:
        page = Client(socket)
        if hello:
            page.welcome = await page.ask(
                "connection.hello", client=client or secrets.token_hex(16), versions=[VERSION], resume=resume or {}
            )
        yield page


def _status(error: Exception) -> int:
    return error.response.status_code if isinstance(error, InvalidStatus) else NO_CODE


def _closed(closed: ConnectionClosed) -> ClosedError:
    return ClosedError(closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else ClosedError(NO_CODE, "")
