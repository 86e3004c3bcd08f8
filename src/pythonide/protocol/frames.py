"""Binary frames: terminal bytes with offsets.

Layout, big-endian: `u8 kind | u32 channel | u64 offset | payload`. `channel` comes from the reply to `run.attach`.

| kind | direction | meaning |
|---|---|---|
| 1 OUTPUT | to the page | payload are the output bytes from `offset` on; an empty payload is the end of the output |
| 2 GAP | to the page | bytes up to `offset` are gone; payload is `u64` how many were dropped |
| 3 INPUT | to the server | payload is typed at `offset` of the input; bytes that were already received are dropped |
| 4 ACK | to the server | the page has dealt with all output before `offset`; no payload |
| 5 INPUT_ACK | to the page | the server has taken all input before `offset`; no payload |
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

from pythonide.domain.errors import BadRequestError, TooLargeError

HEADER = struct.Struct(">BIQ")
GAP_SIZE = struct.Struct(">Q")
MAX_OUTPUT_PAYLOAD = 32 * 1024
MAX_INPUT_PAYLOAD = 16 * 1024
WINDOW_BYTES = 256 * 1024
"""How far the server sends beyond the last ACK."""


class FrameKind(IntEnum):
    """The first byte of a frame."""

    OUTPUT = 1
    GAP = 2
    INPUT = 3
    ACK = 4
    INPUT_ACK = 5


PAYLOADS = {
    FrameKind.OUTPUT: MAX_OUTPUT_PAYLOAD,
    FrameKind.GAP: GAP_SIZE.size,
    FrameKind.INPUT: MAX_INPUT_PAYLOAD,
    FrameKind.ACK: 0,
    FrameKind.INPUT_ACK: 0,
}
"""The largest payload of each kind."""
MAX_OFFSET = 2**53
"""No stream is longer; the page's numbers are exact up to here."""


@dataclass(frozen=True)
class Frame:
    """One decoded frame; `offset` counts bytes of the channel's stream from its start."""

    kind: FrameKind
    channel: int
    offset: int
    payload: bytes = b""

    def encode(self) -> bytes:
        """Return the frame as it travels."""
        return HEADER.pack(self.kind, self.channel, self.offset) + self.payload

    @property
    def dropped(self) -> int:
        """Of a GAP: how many bytes are missing."""
        (count,) = GAP_SIZE.unpack(self.payload)
        return int(count)


def decode_frame(data: bytes) -> Frame:
    """Return the frame, or raise `BadRequestError` or `TooLargeError`."""
    if len(data) < HEADER.size:
        raise BadRequestError("A binary frame is shorter than its header.")
    kind, channel, offset = HEADER.unpack_from(data)
    if kind not in tuple(FrameKind):
        raise BadRequestError("A binary frame of an unknown kind.", kind=kind)
    payload = data[HEADER.size :]
    limit = PAYLOADS[FrameKind(kind)]
    if len(payload) > limit:
        raise TooLargeError("A binary frame is too large.", limit=limit)
    if kind == FrameKind.GAP and len(payload) != GAP_SIZE.size:
        raise BadRequestError("A gap frame has the wrong size.")
    if offset > MAX_OFFSET:
        raise BadRequestError("A binary frame's offset is too large.", limit=MAX_OFFSET)
    return Frame(FrameKind(kind), channel, offset, payload)
