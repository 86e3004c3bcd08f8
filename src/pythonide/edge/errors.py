"""What the world is told about an error: one table from codes to HTTP status and close codes."""

import secrets
from enum import IntEnum
from types import MappingProxyType
from typing import Any, cast

import msgspec
import structlog

from pythonide.domain.errors import DomainError, ErrorCode
from pythonide.protocol.envelope import ErrorBody

_log = structlog.stdlib.get_logger(__name__)

STATUS = MappingProxyType(
    {
        ErrorCode.BAD_REQUEST: 400,
        ErrorCode.UNKNOWN_COMMAND: 400,
        ErrorCode.TOO_LARGE: 413,
        ErrorCode.OUT_OF_ORDER: 409,
        ErrorCode.UNSUPPORTED_VERSION: 426,
        ErrorCode.NOT_SIGNED_IN: 401,
        ErrorCode.NOT_FOUND: 404,
        ErrorCode.FORBIDDEN: 403,
        ErrorCode.CONFLICT: 409,
        ErrorCode.ALREADY_EXISTS: 409,
        ErrorCode.INVALID_NAME: 400,
        ErrorCode.NOT_TEXT: 415,
        ErrorCode.READ_ONLY: 403,
        ErrorCode.RATE_LIMITED: 429,
        ErrorCode.LIMIT_REACHED: 429,
        ErrorCode.UNAVAILABLE: 503,
        ErrorCode.TIMEOUT: 504,
        ErrorCode.INTERNAL: 500,
    }
)
"""The HTTP status of every code."""


class CloseCode(IntEnum):
    """Why the server closed a socket; documented in docs/reference/answers.md."""

    GOING_AWAY = 1001
    TOO_BIG = 1009
    INTERNAL = 1011
    RESTART = 1012
    TOO_MANY_ERRORS = 4400
    NOT_SIGNED_IN = 4401
    FORBIDDEN_ORIGIN = 4403
    NO_HELLO = 4408
    REPLACED = 4409
    TOO_SLOW = 4413
    UNSUPPORTED_VERSION = 4426
    TOO_MANY_CONNECTIONS = 4429


def body_of(error: DomainError) -> ErrorBody:
    """Return the refusal as it travels."""
    details = {name: plain(value) for name, value in error.details.items()}
    return ErrorBody(code=error.code, message=error.message, retryable=error.retryable, details=details or None)


def plain(value: object) -> object:
    """Return `value` as JSON values; what is none becomes its text."""
    return cast("object", msgspec.to_builtins(value, str_keys=True, enc_hook=str))


def timeout_body() -> ErrorBody:
    """Return the refusal of a command that took longer than its deadline."""
    return ErrorBody(code=ErrorCode.TIMEOUT, message="The server took too long to answer. Try again.", retryable=True)


def incident_body(incident: str) -> ErrorBody:
    """Return the refusal for a fault of ours; the cause is in the log under `incident`, not here."""
    message = "Something went wrong on the server. Try again; if it stays, tell the administrator the number."
    return ErrorBody(code=ErrorCode.INTERNAL, message=message, retryable=True, incident=incident)


def record_incident(error: BaseException, **context: Any) -> ErrorBody:  # noqa: ANN401  # log fields are of any type
    """Log a fault of ours once, with its context, and return what the client is told."""
    incident = secrets.token_hex(6)
    _log.error("incident", incident=incident, exc_info=error, **context)
    return incident_body(incident)
