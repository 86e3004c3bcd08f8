"""The frames between the web server and a run's own process: `u32 length | u32 header length | JSON header | body`.

`length` counts everything after itself. Both sides treat the other's frames as hostile: a decoder raises `WireError` at the first byte that is wrong.
"""

import json
import socket
import struct
from dataclasses import dataclass
from typing import cast

MAX_FRAME = 8 * 1024 * 1024
"""Largest `length` of a frame."""
MAX_HEADER = 64 * 1024
MAX_DEPTH = 8

Header = dict[str, object]

_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_LENGTH = struct.Struct(">I")
_PREFIX = struct.Struct(">II")


class WireError(Exception):
    """The other side broke the rules of the wire; nothing more can be believed from it."""


@dataclass(frozen=True)
class Frame:
    """One frame; `header["type"]` is always a string."""

    header: Header
    body: bytes = b""


def encode_frame(header: Header, body: bytes = b"") -> bytes:
    """Return the bytes of one frame. Raises `WireError` if it would be too large to be read."""
    text = json.dumps(header, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
    length = _LENGTH.size + len(text) + len(body)
    if len(text) > MAX_HEADER or length > MAX_FRAME:
        raise WireError("frame too large")
    return _PREFIX.pack(length, len(text)) + text + body


class FrameDecoder:
    """Turns a stream of bytes into frames; holds at most one unfinished frame of `limit` bytes."""

    def __init__(self, limit: int = MAX_FRAME) -> None:
        self._limit = limit
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that `data` completes. Raises `WireError`, and is useless after that."""
        self._buffer += data
        frames: list[Frame] = []
        while (frame := self._next()) is not None:
            frames.append(frame)
        return frames

    def _next(self) -> Frame | None:
        if len(self._buffer) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._buffer)
        if not _LENGTH.size < length <= self._limit:
            raise WireError("bad frame length")
        end = _LENGTH.size + length
        if len(self._buffer) < end:
            return None
        payload = bytes(self._buffer[_LENGTH.size : end])
        del self._buffer[:end]
        return _decode_payload(payload)


def _decode_payload(payload: bytes) -> Frame:
    (header_length,) = _LENGTH.unpack_from(payload)
    body_start = _LENGTH.size + header_length
    if header_length > MAX_HEADER or body_start > len(payload):
        raise WireError("bad header length")
    header = decode_object(payload[_LENGTH.size : body_start])
    if not isinstance(header.get("type"), str):
        raise WireError("frame without a type")
    return Frame(header, payload[body_start:])


def decode_object(text: bytes) -> Header:
    """Return the JSON object in `text`: UTF-8, no duplicate keys, no NaN, nested at most `MAX_DEPTH` deep."""
    if _depth(text) > MAX_DEPTH:
        raise WireError("nested too deeply")
    try:
        value: object = json.loads(text.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise WireError("not JSON") from error
    if not isinstance(value, dict):
        raise WireError("not an object")
    return cast("Header", value)


def _depth(text: bytes) -> int:
    # An upper bound (brackets in strings count too), so that the parser never sees a tower of brackets.
    depth = deepest = 0
    for byte in text.translate(None, _NOT_BRACKETS):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _unique(pairs: list[tuple[str, object]]) -> Header:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise WireError("duplicate key")
    return result


def _no_constant(name: str) -> object:
    raise WireError(f"{name} is not JSON")


def read_frame(channel: socket.socket, limit: int = MAX_FRAME) -> Frame | None:
    """Read one frame, blocking; `None` at a clean end of the stream."""
    head = _read_exactly(channel, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if not _LENGTH.size < length <= limit:
        raise WireError("bad frame length")
    payload = _read_exactly(channel, length)
    if payload is None:
        raise WireError("stream ends inside a frame")
    return _decode_payload(payload)


def write_frame(channel: socket.socket, header: Header, body: bytes = b"") -> None:
    """Write one frame, blocking until all of it is written."""
    channel.sendall(encode_frame(header, body))


def _read_exactly(channel: socket.socket, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        part = channel.recv(count - len(data))
        if not part:
            if data:
                raise WireError("stream ends inside a frame")
            return None
        data += part
    return bytes(data)
