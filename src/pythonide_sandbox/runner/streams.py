"""Standard streams on the run's terminal, made anew in each child as Python makes them at its start."""

import io
import os
import sys


def open_standard_streams() -> None:
    """Replace `sys.stdin`, `sys.stdout` and `sys.stderr`, which were the zygote's."""
    sys.stdin = sys.__stdin__ = _stream(0, "r", "<stdin>", "surrogateescape")
    sys.stdout = sys.__stdout__ = _stream(1, "w", "<stdout>", "surrogateescape")
    sys.stderr = sys.__stderr__ = _stream(2, "w", "<stderr>", "backslashreplace")


def _stream(descriptor: int, mode: str, name: str, errors: str) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, mode, closefd=False)
    raw.name = name
    buffer = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    stream = io.TextIOWrapper(buffer, "utf-8", errors, line_buffering=os.isatty(descriptor))
    stream.mode = mode  # pyright: ignore[reportAttributeAccessIssue] - as Python sets it; the type says read-only
    return stream


def flush_standard_streams() -> None:
    """Flush what the program printed, whatever it made of its streams."""
    for stream in (sys.stderr, sys.stdout):  # the order in which the interpreter does
        flush_standard_stream(stream)


def flush_standard_stream(stream: object) -> BaseException | None:
    """Flush it; return what was wrong. A stream that is closed or was taken away is none."""
    if stream is None or getattr(stream, "closed", False):
        return None
    try:
        stream.flush()  # type: ignore[attr-defined] - whatever the program put there
    except BaseException as error:
        return error
    return None
