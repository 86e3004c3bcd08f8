"""Identifiers: distinct string types, made here and nowhere else."""

import secrets
from typing import NewType

UserId = NewType("UserId", str)
CourseId = NewType("CourseId", str)
WorkspaceId = NewType("WorkspaceId", str)
RunId = NewType("RunId", str)
ClientId = NewType("ClientId", str)
RequestId = NewType("RequestId", str)
BinItemId = NewType("BinItemId", str)
UploadId = NewType("UploadId", str)
Revision = NewType("Revision", str)
"""Names one saved state of one file: the SHA-256 of its bytes, in hex."""

ID_BYTES = 16
"""128 bits: ids are not secrets, but nobody guesses one either."""


def new_id() -> str:
    """Return a fresh opaque id: 32 lower-case hex characters."""
    return secrets.token_hex(ID_BYTES)


def is_id(text: str) -> bool:
    """Tell whether `text` has the shape that `new_id` makes."""
    return len(text) == 2 * ID_BYTES and all(c in "0123456789abcdef" for c in text)
