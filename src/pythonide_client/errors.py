"""What can go wrong, each with what the server said."""

from typing import Any


class WireError(Exception):
    """The root of all errors of this client."""


class RefusedError(WireError):
    """The server refused a command; `code` is one of the wire's stable codes, `error` the whole refusal."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = str(error["code"])
        self.error = error


class ClosedError(WireError):
    """The connection is gone; `code` is the close code (docs/reference/answers.md), 1006 if none came."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"closed with {code}" + (f": {reason}" if reason else ""))
        self.code = code
        self.reason = reason


class SignInError(WireError):
    """The server did not let us in; `status` is the HTTP status, 0 if there was no answer that can be read."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code


class StreamError(WireError):
    """The server broke its word: bytes came twice, or some are missing that no gap names."""
