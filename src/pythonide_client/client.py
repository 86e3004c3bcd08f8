"""The wire from the outside: sign in by link, say hello, ask, and hear what happens."""

import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect

from pythonide.protocol.frames import Frame, FrameKind, decode_frame
from pythonide.protocol.version import VERSION

Json = dict[str, Any]


class RefusedError(Exception):
    """The server refused a command; `code` is one of the wire's stable codes."""

    def __init__(self, error: Json) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = str(error["code"])
        self.error = error


@dataclass(frozen=True)
class SignedIn:
    """An address and the cookie that opens it."""

    address: str
    cookie: str


async def sign_in_by_link(url: str) -> SignedIn:
    """Use a one-time sign-in link. Raises `httpx.HTTPStatusError` if it is spent."""
    parts = urlsplit(url)
    address = f"{parts.scheme}://{parts.netloc}"
    async with httpx.AsyncClient(base_url=address, headers={"x-pythonide": "1", "origin": address}) as http:
        answer = await http.post("/api/login/link", json={"token": parts.fragment})
        answer.raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
    return SignedIn(address, cookie)


class Client:
    """One page's conversation; use it from one task. Messages that come between are kept in `events` and `output`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.welcome: Json = {}
        self.events: list[Json] = []
        self.output: dict[int, bytearray] = {}
        self.ended: set[int] = set()
        self.dropped: dict[int, int] = {}

    async def ask(self, command: str, **fields: Any) -> Json:  # noqa: ANN401  # the fields are the command's own
        """Send a command and return its result. Raises `RefusedError`."""
        request_id = secrets.token_hex(8)
        await self._socket.send(msgspec.json.encode({"type": command, "requestId": request_id, **fields}).decode())
        while True:
            message = await self.receive()
            if message is not None and message.get("re") == request_id:
                if message["type"] == "reply.error":
                    raise RefusedError(message["error"])
                return message["result"]

    async def receive(self) -> Json | None:
        """Take one message: a reply is returned, an event is returned and kept, bytes are kept and acknowledged."""
        data = await self._socket.recv()
        if isinstance(data, bytes):
            await self._take(decode_frame(data))
            return None
        message: Json = msgspec.json.decode(data)
        if "stream" in message:
            self.events.append(message)
        return message

    async def type(self, channel: int, offset: int, data: bytes) -> None:
        """Type into the program's terminal."""
        await self._socket.send(Frame(FrameKind.INPUT, channel, offset, data).encode())

    async def send_raw(self, data: str | bytes) -> None:
        """Send anything, well formed or not."""
        await self._socket.send(data)

    async def _take(self, frame: Frame) -> None:
        if frame.kind is FrameKind.GAP:
            self.dropped[frame.channel] = self.dropped.get(frame.channel, 0) + frame.dropped
        elif frame.kind is FrameKind.OUTPUT and not frame.payload:
            self.ended.add(frame.channel)
        elif frame.kind is FrameKind.OUTPUT:
            self.output.setdefault(frame.channel, bytearray()).extend(frame.payload)
            done = frame.offset + len(frame.payload)
            await self._socket.send(Frame(FrameKind.ACK, frame.channel, done).encode())


@asynccontextmanager
async def connected(who: SignedIn, *, hello: bool = True, resume: Json | None = None) -> AsyncGenerator[Client, None]:
    """Open a socket and say hello; closed when the block ends."""
    address = who.address.replace("http", "ws", 1) + "/api/ws"
    headers = {"Cookie": who.cookie, "Origin": who.address}
    async with connect(address, additional_headers=headers, compression=None, max_size=None) as socket:
        client = Client(socket)
        if hello:
            client.welcome = await client.ask(
                "connection.hello", client=secrets.token_hex(16), versions=[VERSION], resume=resume or {}
            )
        yield client
