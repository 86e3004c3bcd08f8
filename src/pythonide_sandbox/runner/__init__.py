"""Runs the student's program in the run's own process, then offers the prompt with its variables."""

import builtins
import code
import io
import os
import sys
import traceback
import types
from typing import NoReturn

from pythonide_sandbox.wire import Header, read_frame, write_frame


def warm(preload: list[str]) -> None:
    """Import what runs will need, and touch what every run touches once; called in the zygote."""
    for name in preload:
        __import__(name)
    exec(compile("x = 1\n", "<warm>", "exec"), {})
    try:
        raise ValueError
    except ValueError as error:
        traceback.print_exception(error, file=io.StringIO())


def serve(channel: "object") -> NoReturn:
    """Take the program from the channel, run it, say how it ended, offer the prompt; never returns."""
    frame = read_frame(channel)  # type: ignore[arg-type]
    header: Header = {} if frame is None else frame.header
    _standard_streams()
    file, arguments = header.get("file"), [str(item) for item in list(header.get("arguments") or [])]  # type: ignore[call-overload]
    main = types.ModuleType("__main__")
    main.__dict__.update(__builtins__=builtins, __annotations__={})
    sys.modules["__main__"] = main
    status = 0
    if isinstance(file, str):
        sys.argv = [file, *arguments]
        sys.path.insert(0, os.path.dirname(os.path.abspath(file)))
        status, error, line = _run(file, main)
        ended: Header = {"type": "script_ended", "exit_code": status, "error": error, "line": line, "file": file}
        write_frame(channel, ended)  # type: ignore[arg-type]
    if header.get("interactive"):
        status = 0
        try:
            code.InteractiveConsole(main.__dict__).interact(banner="", exitmsg="")
        except SystemExit as end:
            status = _exit_code(end)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _standard_streams() -> None:
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _run(file: str, main: types.ModuleType) -> tuple[int, str | None, int | None]:
    main.__file__ = os.path.abspath(file)
    try:
        with open(file, "rb") as source:
            program = compile(source.read(), file, "exec", dont_inherit=True)
        exec(program, main.__dict__)
    except SystemExit as end:
        return _exit_code(end), None, None
    except BaseException as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        traceback.print_exception(type(error), error, trace)
        lines = [number.lineno for number in traceback.extract_tb(trace) if number.filename == file]
        return 130 if isinstance(error, KeyboardInterrupt) else 1, type(error).__name__, lines[-1] if lines else None
    finally:
        sys.stdout.flush()
    return 0, None, None


def _exit_code(end: SystemExit) -> int:
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code & 0xFF
    print(end.code, file=sys.stderr)
    return 1
