"""The one hierarchy of errors that users may see, with stable codes."""

from collections.abc import Mapping
from enum import StrEnum


class ErrorCode(StrEnum):
    """Stable codes of the wire; one table in the edge maps them to HTTP status and close codes."""

    BAD_REQUEST = "bad_request"
    UNKNOWN_COMMAND = "unknown_command"
    TOO_LARGE = "too_large"
    OUT_OF_ORDER = "out_of_order"
    UNSUPPORTED_VERSION = "unsupported_version"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    CONFLICT = "conflict"
    ALREADY_EXISTS = "already_exists"
    INVALID_NAME = "invalid_name"
    NOT_TEXT = "not_text"
    READ_ONLY = "read_only"
    RATE_LIMITED = "rate_limited"
    LIMIT_REACHED = "limit_reached"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    INTERNAL = "internal"


class DomainError(Exception):
    """A refusal with a reason a person can act on.

    `message` is one plain sentence; `details` holds JSON values only.
    """

    code: ErrorCode = ErrorCode.INTERNAL
    retryable: bool = False

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, object] = details


class BadRequestError(DomainError):
    """The request is not well formed."""

    code = ErrorCode.BAD_REQUEST


class NotSignedInError(DomainError):
    """Nobody is signed in on this connection."""

    code = ErrorCode.NOT_SIGNED_IN


class NotFoundError(DomainError):
    """There is no such object, or the person may not know of it: the answers are alike."""

    code = ErrorCode.NOT_FOUND


class ForbiddenError(DomainError):
    """The person may see the object but not do this to it."""

    code = ErrorCode.FORBIDDEN


class ConflictError(DomainError):
    """Somebody else changed the object first; `details` tells what it is now."""

    code = ErrorCode.CONFLICT


class AlreadyExistsError(DomainError):
    """The name is taken."""

    code = ErrorCode.ALREADY_EXISTS


class InvalidNameError(DomainError):
    """A file name or path that is not allowed."""

    code = ErrorCode.INVALID_NAME


class NotTextError(DomainError):
    """The file is not UTF-8 text, or too large to edit."""

    code = ErrorCode.NOT_TEXT


class ReadOnlyError(DomainError):
    """The tree may be read but not changed by this person."""

    code = ErrorCode.READ_ONLY


class TooLargeError(DomainError):
    """A body, file or field above its limit."""

    code = ErrorCode.TOO_LARGE


class RateLimitedError(DomainError):
    """Too many tries; `details["retry_after"]` is in seconds."""

    code = ErrorCode.RATE_LIMITED
    retryable = True


class LimitReachedError(DomainError):
    """A cap per person or per node is reached."""

    code = ErrorCode.LIMIT_REACHED
    retryable = True


class UnavailableError(DomainError):
    """A part of the service does not answer now."""

    code = ErrorCode.UNAVAILABLE
    retryable = True
