"""Requirement 7 of SECURITY.md: whatever a program says on its channel is checked, bounded, or dropped."""

import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pythonide.adapters.sandbox.channel import MAX_PIXELS, MAX_PNG, MAX_SIDE, MAX_TEXT, ChannelReader
from pythonide.ports import NetworkNeeded, Plot, ProcessEvent, ScriptEnded
from pythonide_sandbox.wire import MAX_DEPTH, MAX_FRAME, MAX_HEADER, encode_frame

FUZZ = settings(max_examples=300, deadline=None, derandomize=True, database=None)
ENDED = {"type": "script_ended", "exit_code": 0}
TYPES = ("script_ended", "plot", "network", "begun", "exit", "limit", "waiting", "", 7, None)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
headers = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES)},
    optional=dict.fromkeys(("exit_code", "line", "error", "file", "alternative", "usage", "more"), anything),
)


def png(width: int, height: int, *, size: int = 100) -> bytes:
    return (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height)).ljust(size, b"\0")


def said(header: dict[str, Any], body: bytes = b"") -> list[ProcessEvent] | None:
    return ChannelReader().feed(encode_frame(header, body), 0.0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"GIF89a" + bytes(100),
        png(1, 1)[:20],
        png(0, 1),
        png(1, 0),
        png(MAX_SIDE + 1, 1),
        png(1, 2**32 - 1),
        png(MAX_SIDE, MAX_PIXELS // MAX_SIDE + 1),
        png(1, 1, size=MAX_PNG + 1),
    ],
    ids=[
        "nothing",
        "a gif",
        "cut short",
        "no width",
        "no height",
        "too wide",
        "too high",
        "too many pixels",
        "too large",
    ],
)
def test_a_figure_is_a_png_of_bounded_size_or_nothing(body: bytes) -> None:
    assert said({"type": "plot"}, body) == []


def test_what_is_right_passes() -> None:
    up = MAX_PIXELS // MAX_SIDE
    figure = png(MAX_SIDE, up, size=MAX_PNG)
    assert said({"type": "plot", "alternative": "a line"}, figure) == [Plot(figure, MAX_SIDE, up, "a line")]
    assert said({"type": "network"}) == [NetworkNeeded()]
    assert said(ENDED | {"exit_code": 3, "error": "E", "line": 7, "file": "a.py"}) == [ScriptEnded(3, "E", 7, "a.py")]


@pytest.mark.parametrize("code", [None, True, "0", 0.0, 2**31, -(2**31) - 1, [0]])
def test_an_exit_code_is_a_small_whole_number(code: object) -> None:
    assert said(ENDED | {"exit_code": code}) == []


def test_words_are_cut_and_lines_checked() -> None:
    wild = ENDED | {"error": "x" * 50_000, "file": ["a.py"], "line": -1}
    assert said(wild) == [ScriptEnded(0, "x" * MAX_TEXT, None, None)]


@pytest.mark.parametrize("name", ["", 7, None, "a.b", "a b", "<b>", "x" * 81, "pay at evil.example", ["numpy"]])
def test_a_missing_module_is_a_name_and_no_sentence(name: object) -> None:
    assert said(ENDED | {"missing": name}) == [ScriptEnded(0)]
    assert said(ENDED | {"missing": "numpy"}) == [ScriptEnded(0, missing="numpy")]


def test_a_flood_of_frames_is_dropped_and_counted() -> None:
    reader = ChannelReader()
    flood = encode_frame({"type": "network"}) * 1000
    first, later = reader.feed(flood, 0.0), reader.feed(flood, 1.0)
    assert first is not None
    assert later is not None
    assert (len(first), len(later), reader.dropped) == (60, 20, 2000 - 80)


@pytest.mark.parametrize(
    "data",
    [
        struct.pack(">I", MAX_FRAME + 1),
        struct.pack(">II", 100, MAX_HEADER + 1) + bytes(96),
        struct.pack(">II", 8, 5) + bytes(4),
        struct.pack(">I", 3) + bytes(3),
        struct.pack(">II", 4 + 2 * MAX_DEPTH + 2, 2 * MAX_DEPTH + 2) + b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        struct.pack(">II", 6, 2) + b"{}",
    ],
    ids=["too large", "header too large", "header too long", "too short", "too deep", "no type"],
)
def test_a_stream_that_breaks_the_rules_is_read_no_further(data: bytes) -> None:
    assert ChannelReader().feed(data, 0.0) is None


@FUZZ
@given(
    st.lists(st.one_of(st.binary(max_size=60), st.builds(encode_frame, headers, st.binary(max_size=60))), max_size=5)
)
def test_nothing_that_is_said_raises_or_passes_unchecked(pieces: list[bytes]) -> None:
    reader = ChannelReader()
    for piece in pieces:
        events = reader.feed(piece, 0.0)
        if events is None:
            return
        for event in events:
            assert isinstance(event, (ScriptEnded, Plot, NetworkNeeded)), "never output, waiting or an end"
            if isinstance(event, ScriptEnded):
                assert abs(event.exit_code) <= 2**31
                assert all(word is None or len(word) <= MAX_TEXT for word in (event.error, event.file))
