"""Replies and errors."""

from typing import Any

import msgspec

from pythonide.domain.errors import ErrorCode
from pythonide.protocol.base import Message


class ErrorBody(Message, frozen=True):
    """A refusal; `details` and `incident` only where there is something to say."""

    code: ErrorCode
    message: str
    retryable: bool = False
    details: dict[str, Any] | None = None
    incident: str | None = None


class Ok(msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag_field="type", tag="reply.ok"):
    """The answer to the command `re`; the shape of `result` belongs to the command."""

    re: str
    result: Any


class Refused(msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag_field="type", tag="reply.error"):
    """The refusal of command `re`, null where the message had no readable `requestId`."""

    re: str | None
    error: ErrorBody


Reply = Ok | Refused
