"""One socket from hello to goodbye: reads, answers each command once, and carries what is followed."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import anyio
import structlog
from anyio.abc import TaskGroup
from starlette.websockets import WebSocket, WebSocketDisconnect

from pythonide.domain.errors import BadRequestError, DomainError, ErrorCode, TooLargeError
from pythonide.domain.ids import ClientId, UserId
from pythonide.edge.errors import CloseCode, body_of, record_incident, timeout_body
from pythonide.edge.wire import TAGS, UnreadableError, decode_command, encode_refusal, encode_result, fingerprint
from pythonide.edge.ws.followed import Followed
from pythonide.edge.ws.ledger import Ledger
from pythonide.edge.ws.registry import Connections
from pythonide.edge.ws.sender import SEND_SECONDS, PeerGoneError, Sender
from pythonide.protocol.base import Message
from pythonide.protocol.commands import (
    AnyCommand,
    CopyFiles,
    CreateFile,
    DeleteFile,
    EmptyBin,
    ExtendRun,
    Hello,
    MoveFiles,
    PutInBin,
    RenameFile,
    RestoreFromBin,
    SaveDocument,
    StartRun,
    StopRun,
)
from pythonide.protocol.envelope import ErrorBody
from pythonide.protocol.frames import decode_frame
from pythonide.protocol.version import SUPPORTED

HELLO_SECONDS = 10.0
COMMAND_SECONDS = 15.0
MAX_IN_FLIGHT = 16
"""Commands one connection may have unanswered; the next ones wait in the network."""
MAX_FAULTS = 32
"""Unreadable messages after which a connection is closed."""
ACTS = (
    CreateFile,
    DeleteFile,
    RenameFile,
    MoveFiles,
    CopyFiles,
    PutInBin,
    RestoreFromBin,
    EmptyBin,
    SaveDocument,
    StartRun,
    StopRun,
    ExtendRun,
)
"""Commands that change something: sent again they are answered, not repeated."""

_log = structlog.stdlib.get_logger(__name__)


class OutOfOrderError(DomainError):
    """A command before hello, or a second hello."""

    code = ErrorCode.OUT_OF_ORDER


class UnsupportedVersionError(DomainError):
    """Page and server share no version of the wire: the page must be loaded again."""

    code = ErrorCode.UNSUPPORTED_VERSION


@dataclass(frozen=True)
class Identified:
    """Whose socket it is."""

    user: UserId
    name: str
    login: str
    staff: bool


Present = Callable[[UserId, ClientId], AbstractAsyncContextManager[None]]
Handle = Callable[["Connection", AnyCommand], Awaitable[Message]]


@dataclass(frozen=True)
class Node:
    """What all connections of this node share."""

    connections: Connections
    ledger: Ledger
    handle: Handle
    present: Present
    command_seconds: float = COMMAND_SECONDS
    hello_seconds: float = HELLO_SECONDS
    send_seconds: float = SEND_SECONDS


class Connection:
    """A socket of one signed-in page. Everything it starts ends with it, except acts (see `Ledger`)."""

    def __init__(self, socket: WebSocket, person: Identified, node: Node) -> None:
        self._socket = socket
        self._node = node
        self._room = anyio.Semaphore(MAX_IN_FLIGHT)
        self._ending: tuple[CloseCode, str] | None = None
        self._scope = anyio.CancelScope()
        self._faults = 0
        self._handled = 0
        """Commands that were granted; hello is the first."""
        self.sender = Sender(socket, node.send_seconds)
        self.person = person
        self.followed = Followed(self.sender)
        self.client: ClientId | None = None

    @property
    def user(self) -> UserId:
        """Who is signed in."""
        return self.person.user

    @property
    def login(self) -> str:
        """By which login."""
        return self.person.login

    def close(self, code: CloseCode, reason: str) -> None:
        """Ask for the end; the first reason wins."""
        self._ending = self._ending or (code, reason)
        self._scope.cancel()

    async def serve(self) -> None:
        """Talk until either side ends it; the socket is closed afterwards."""
        try:
            with self._scope:
                async with anyio.create_task_group() as tasks:
                    await self._talk(tasks)
                    tasks.cancel_scope.cancel()
        except* PeerGoneError:
            self._ending = self._ending or (CloseCode.TOO_SLOW, "messages were not taken")
        except* WebSocketDisconnect:
            pass
        except* Exception as errors:  # noqa: BLE001  # a bug in what is followed ends this page's connection; it connects again
            record_incident(errors, user=self.user, client=self.client)
            self._ending = self._ending or (CloseCode.INTERNAL, "internal error")
        code, reason = self._ending or (CloseCode.GOING_AWAY, "")
        await self.sender.close(code, reason)

    async def _talk(self, tasks: TaskGroup) -> None:
        if not await self._greet(tasks):
            return
        while True:
            message = await self._receive()
            if isinstance(message, bytes):
                await self._binary(message)
                continue
            command = await self._decoded(message)
            if isinstance(command, Hello):
                await self._refuse(command.request_id, body_of(OutOfOrderError("Hello was said already.")))
            elif command is not None:
                await self._room.acquire()
                tasks.start_soon(self._answer, command)

    async def _greet(self, tasks: TaskGroup) -> bool:
        """Wait for hello; tell whether the conversation goes on."""
        hello: Hello | None = None
        with anyio.move_on_after(self._node.hello_seconds):
            hello = await self._hello()
        if hello is None:
            self.close(CloseCode.NO_HELLO, "no hello")
            return False
        if not set(hello.versions) & set(SUPPORTED):
            await self._refuse(hello.request_id, body_of(_unsupported()))
            self.close(CloseCode.UNSUPPORTED_VERSION, "please reload")
            return False
        self.client = ClientId(hello.client)
        self._node.connections.replace(self, self.client)
        self.followed.tasks = tasks
        tasks.start_soon(self._be_present, self.client)
        await self._room.acquire()
        await self._answer(hello)
        if not self._handled:
            self.close(CloseCode.INTERNAL, "hello failed")
        return self._handled > 0

    async def _be_present(self, client: ClientId) -> None:
        async with self._node.present(self.user, client):
            await anyio.sleep_forever()

    async def _hello(self) -> Hello:
        while True:
            message = await self._receive()
            command = await self._decoded(message) if isinstance(message, str) else None
            if isinstance(command, Hello):
                return command
            if command is not None or isinstance(message, bytes):
                request_id = command.request_id if command else None
                await self._fault(request_id, body_of(OutOfOrderError("Hello must come first.")))

    async def _receive(self) -> str | bytes:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", CloseCode.GOING_AWAY))
        text = message.get("text")
        return text if isinstance(text, str) else bytes(message.get("bytes") or b"")

    async def _decoded(self, text: str) -> AnyCommand | None:
        try:
            return decode_command(text)
        except UnreadableError as fault:
            await self._fault(fault.request_id, body_of(fault.reason))
            return None

    async def _binary(self, data: bytes) -> None:
        try:
            await self.followed.incoming(decode_frame(data))
        except (BadRequestError, TooLargeError) as error:
            await self._fault(None, body_of(error))
        except DomainError as error:
            await self._refuse(None, body_of(error))

    async def _fault(self, request_id: str | None, error: ErrorBody) -> None:
        """Refuse something a correct page never sends."""
        await self._refuse(request_id, error)
        self._faults += 1
        if self._faults >= MAX_FAULTS:
            self.close(CloseCode.TOO_MANY_ERRORS, "too many messages that cannot be read")

    async def _refuse(self, request_id: str | None, error: ErrorBody) -> None:
        await self.sender.text(encode_refusal(request_id, error))

    async def _answer(self, command: AnyCommand) -> None:
        try:
            await self.sender.text(await self._reply(command))
            self.followed.release(command.request_id)
        finally:
            self._room.release()

    async def _reply(self, command: AnyCommand) -> bytes:
        if self.client is None or not isinstance(command, ACTS):
            return await self._act(command)
        owner = (self.user, self.client)
        try:
            reply = await self._node.ledger.once(
                owner, command.request_id, fingerprint(command), lambda: self._act(command)
            )
        except BadRequestError as error:
            return encode_refusal(command.request_id, body_of(error))
        return reply if reply is not None else encode_refusal(command.request_id, timeout_body())

    async def _act(self, command: AnyCommand) -> bytes:
        """Return the one reply, whatever happens."""
        request_id = command.request_id
        try:
            with anyio.move_on_after(self._node.command_seconds):
                reply = encode_result(request_id, await self._node.handle(self, command))
                self._handled += 1
                return reply
        except DomainError as error:
            return encode_refusal(request_id, body_of(error))
        except Exception as error:  # noqa: BLE001  # the one place where a command's bug becomes an answer and a log record
            return encode_refusal(
                request_id, record_incident(error, request_id=request_id, command=TAGS[type(command)], user=self.user)
            )
        _log.warning("command_timed_out", request_id=request_id, command=TAGS[type(command)], user=self.user)
        return encode_refusal(request_id, timeout_body())


def _unsupported() -> UnsupportedVersionError:
    return UnsupportedVersionError("This page is older than the server. Please reload it.", supported=list(SUPPORTED))
