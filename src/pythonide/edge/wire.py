"""Text frames: bytes to commands, and replies and events to bytes."""

import hashlib
from typing import Any, get_args

import msgspec

from pythonide.domain.errors import BadRequestError, DomainError, ErrorCode, TooLargeError
from pythonide.protocol.base import MAX_FRAME_BYTES, Message, RequestId
from pythonide.protocol.commands import AnyCommand
from pythonide.protocol.envelope import ErrorBody, Ok, Refused
from pythonide.protocol.events import AnyEvent


class UnknownCommandError(DomainError):
    """The server knows no command of this `type`."""

    code = ErrorCode.UNKNOWN_COMMAND


class UnreadableError(Exception):
    """A text frame that is no command; `reason` is what its sender is told."""

    def __init__(self, request_id: str | None, reason: DomainError) -> None:
        super().__init__(reason.message)
        self.request_id = request_id
        self.reason = reason


class _Head(msgspec.Struct):
    type: str
    request_id: RequestId | None = msgspec.field(default=None, name="requestId")


class _Id(msgspec.Struct):
    request_id: RequestId = msgspec.field(name="requestId")


def _tag(command: type[Any]) -> str:
    return str(command.__struct_config__.tag)


TAGS: dict[type[Any], str] = {command: _tag(command) for command in get_args(AnyCommand)}
"""The `type` of every command."""
_KNOWN = frozenset(TAGS.values())
_decode = msgspec.json.Decoder[AnyCommand](AnyCommand).decode
_decode_head = msgspec.json.Decoder(_Head).decode
_decode_id = msgspec.json.Decoder(_Id).decode
_encode = msgspec.json.Encoder().encode
MAX_FAULT_TEXT = 300
_FAULTS = (msgspec.MsgspecError, RecursionError, UnicodeError)


def decode_command(text: str) -> AnyCommand:
    """Return the command, or raise `UnreadableError` with the best reason that can be given."""
    if len(text) > MAX_FRAME_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME_BYTES:
        raise UnreadableError(None, TooLargeError("This message is too large.", limit=MAX_FRAME_BYTES))
    try:
        return _decode(text)
    except _FAULTS as fault:
        raise _explain(text, fault) from fault


def _explain(text: str, fault: Exception) -> UnreadableError:
    request_id = _request_id(text)
    try:
        head = _decode_head(text)
    except _FAULTS:
        return UnreadableError(request_id, BadRequestError(f"This message cannot be read: {_said(fault)}"))
    if head.type not in _KNOWN:
        return UnreadableError(request_id, UnknownCommandError("There is no such command.", type=head.type[:64]))
    return UnreadableError(request_id, BadRequestError(f"This `{head.type}` is not well formed: {_said(fault)}"))


def _said(fault: Exception) -> str:
    # It may quote the message, which may be megabytes.
    return str(fault)[:MAX_FAULT_TEXT]


def _request_id(text: str) -> str | None:
    try:
        return _decode_id(text).request_id
    except _FAULTS:
        return None


def fingerprint(command: AnyCommand) -> bytes:
    """Return a hash of the whole command: what a resent one must equal."""
    return hashlib.sha256(_encode(command)).digest()


def encode_result(request_id: str, result: Message) -> bytes:
    """Return the reply that grants."""
    return _encode(Ok(re=request_id, result=result))


def encode_refusal(request_id: str | None, error: ErrorBody) -> bytes:
    """Return the reply that refuses."""
    return _encode(Refused(re=request_id, error=error))


def encode_event(event: AnyEvent) -> bytes:
    """Return the event as it travels."""
    return _encode(event)
