"""Runs one script as `python script.py` does, in an interpreter that is warm already."""

import builtins
import importlib.machinery
import os
import sys
import threading
import types
from collections.abc import Callable, Generator
from dataclasses import dataclass

from pythonide_sandbox.runner import native
from pythonide_sandbox.runner.leaving import INTERRUPTED
from pythonide_sandbox.runner.limits import limit_behind
from pythonide_sandbox.runner.streams import flush_standard_streams
from pythonide_sandbox.steps import Step, taken

_CANNOT_OPEN = 2
_show = sys.excepthook


@dataclass(frozen=True)
class ScriptEnd:
    """How a script ended; `line` is where in `file`, a path in the workspace."""

    exit_code: int
    error: str | None = None
    line: int | None = None
    file: str | None = None
    missing: str | None = None
    """The module that was not found, if that is what ended it."""
    limit: str | None = None
    """Which limit of the run made the error, where that is sure."""


def make_main(path: str | None, arguments: list[str], *, interactive: bool) -> types.ModuleType:
    """Make the module `__main__` and what goes with it: `sys.argv`, `sys.path`; as `python main.py`, said in its folder."""
    main = types.ModuleType("__main__")
    names = main.__dict__
    if sys.version_info < (3, 14):
        names["__annotations__"] = {}
    names["__builtins__"] = builtins
    if path is not None:
        names["__file__"] = path
        names["__cached__"] = None
        names["__loader__"] = importlib.machinery.SourceFileLoader("__main__", path)
        sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
        sys.argv = [os.path.relpath(path), *arguments]
    else:
        sys.path.insert(0, "")
        sys.argv = [""]
    sys.orig_argv = ["python", *(["-i"] if interactive else []), *(sys.argv if path else [])]
    sys.path_importer_cache.pop(sys.path[0], None)
    if path is not None:
        sys.path_importer_cache[path] = None  # Python looks first whether it is an archive
    sys.modules["__main__"] = main
    return main


def make_process() -> None:
    """Have a forked process know itself: its thread's number, and random numbers of its own.

    `random` reseeds itself after a fork, numpy's old generator does not.
    """
    threading.main_thread()._set_native_id()  # type: ignore[attr-defined] - Python itself forgets it
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


def run_script(
    path: str, main: types.ModuleType, workspace: str, *, has_read: Callable[[], None]
) -> Generator[Step, list[object], ScriptEnd]:
    """Run the file to its end; print what Python prints when it ends by an error. `has_read`: it may change from now on."""
    try:
        step = native.script(path, main.__dict__)
    except OSError as error:
        print(f"python: can't open file {path!r}: [Errno {error.errno}] {error.strerror}", file=sys.stderr)
        return ScriptEnd(_CANNOT_OPEN)
    finally:
        has_read()
    error = taken((yield step)).error
    del step
    flush_standard_streams()
    if isinstance(error, SystemExit):
        return ScriptEnd(exit_code(error))
    for name in ("__file__", "__cached__"):
        main.__dict__.pop(name, None)
    if error is None:
        return ScriptEnd(0)
    trace = error.__traceback__
    error.__traceback__ = trace.tb_next if trace is not None else None  # without the outermost frame, which is ours
    try:
        return _failed(error, workspace)
    except SystemExit as end:  # by the program's own `sys.excepthook`
        return ScriptEnd(exit_code(end))


def exit_code(end: SystemExit) -> int:
    """Return the exit code that Python gives for it, and print its message if it has one."""
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code & 0xFF if -(1 << 63) <= end.code < 1 << 63 else 0xFF
    print(end.code, file=sys.stderr)
    return 1


def _failed(error: BaseException, workspace: str) -> ScriptEnd:
    line, file = _place(error, workspace)
    show_error(error)
    code = INTERRUPTED if type(error) is KeyboardInterrupt else 1
    return ScriptEnd(code, type(error).__name__, line, file, _missing(error), limit_behind(error))


def _missing(error: BaseException) -> str | None:
    """Return the top-level module that was not found; one inside a package that is there is another matter."""
    if type(error) is not ModuleNotFoundError or not isinstance(error.name, str) or "." in error.name:
        return None
    return error.name


def show_error(error: BaseException) -> None:
    """Print the traceback by `sys.excepthook`, as the interpreter does; passes on the `SystemExit` of such a hook."""
    trace = error.__traceback__
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, trace
    hook = getattr(sys, "excepthook", None)
    if hook is None:
        print("sys.excepthook is missing", file=sys.stderr)
        hook = _show
    try:
        hook(type(error), error, trace)
    except SystemExit:
        raise
    except BaseException as second:
        own = second.__traceback__
        second.__traceback__ = own.tb_next if own is not None else None
        print("Error in sys.excepthook:", file=sys.stderr)
        _show(type(second), second, second.__traceback__)
        print("\nOriginal exception was:", file=sys.stderr)
        _show(type(error), error, trace)


def _place(error: BaseException, workspace: str) -> tuple[int | None, str | None]:
    """Return the innermost line of a file of the student's."""
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(f"{workspace}/"):
        return error.lineno, error.filename[len(workspace) + 1 :]
    line, file, trace = None, None, error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith(f"{workspace}/"):
            line, file = trace.tb_lineno, name[len(workspace) + 1 :]
        trace = trace.tb_next
    return line, file
