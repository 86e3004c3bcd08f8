"""What the server and its merger say to each other: length, then msgpack."""

import struct

import msgspec

LENGTH = struct.Struct(">I")


Place = tuple[int, tuple[int, ...]]
"""A state: how many updates from the first on, and the positions of further ones."""


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """Make a text out of nothing."""

    text: str


class Render(msgspec.Struct, frozen=True, tag="render"):
    """Add updates to those that are remembered, or to none."""

    document: str
    after: int
    updates: list[bytes]


class Merge(msgspec.Struct, frozen=True, tag="merge"):
    """Lead the nearest of some states to a text."""

    updates: list[bytes]
    bases: list[Place]
    text: str


class Began(msgspec.Struct, frozen=True, tag="began"):
    """The answer to `Begin`."""

    update: bytes


class Shown(msgspec.Struct, frozen=True, tag="shown"):
    """The answer to `Render`; no text if the earlier updates are not remembered."""

    text: str | None
    unreadable: list[int]


class Led(msgspec.Struct, frozen=True, tag="led"):
    """The answer to `Merge`."""

    base: Place
    update: bytes | None


Request = Begin | Render | Merge
Answer = Began | Shown | Led

read_request = msgspec.msgpack.Decoder[Request](Request).decode
read_answer = msgspec.msgpack.Decoder[Answer](Answer).decode


def framed(message: Request | Answer) -> bytes:
    """Return a message as it travels."""
    body = msgspec.msgpack.encode(message)
    return LENGTH.pack(len(body)) + body
