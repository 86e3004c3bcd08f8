"""Runs one script as `python script.py` does, in an interpreter that is warm already."""

import builtins
import importlib.machinery
import os
import sys
import traceback
import types
from collections.abc import Callable
from dataclasses import dataclass

INTERRUPTED = 130


@dataclass(frozen=True)
class ScriptEnd:
    """How a script ended; `line` is where in `file`, a path in the workspace."""

    exit_code: int
    error: str | None = None
    line: int | None = None
    file: str | None = None


def make_main(path: str | None, arguments: list[str]) -> types.ModuleType:
    """Make the module `__main__` and what goes with it: `sys.argv`, `sys.path`; as `python main.py`, said in its folder."""
    main = types.ModuleType("__main__")
    names = main.__dict__
    names["__builtins__"] = builtins
    if sys.version_info < (3, 14):
        names["__annotations__"] = {}
    if path is not None:
        names["__file__"] = path
        names["__cached__"] = None
        names["__loader__"] = importlib.machinery.SourceFileLoader("__main__", path)
        sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
        sys.argv = [os.path.relpath(path), *arguments]
    else:
        sys.path.insert(0, "")
        sys.argv = [""]
    sys.orig_argv = [sys.executable, *(sys.argv if path else [])]
    sys.path_importer_cache.pop(sys.path[0], None)
    sys.modules["__main__"] = main
    return main


def reseed() -> None:
    """Give this process random numbers of its own: `random` reseeds itself after a fork, numpy's old generator does not."""
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


def run_script(path: str, main: types.ModuleType, workspace: str, *, has_read: Callable[[], None]) -> ScriptEnd:
    """Run the file to its end; print what Python prints when it ends by an error. `has_read`: it may change from now on."""
    try:
        try:
            with open(path, "rb") as file:
                source = file.read()
        finally:
            has_read()
        exec(compile(source, path, "exec", dont_inherit=True), main.__dict__)
    except SystemExit as end:
        return ScriptEnd(exit_code(end))
    except BaseException as error:
        return _failed(error, workspace)
    return ScriptEnd(0)


def exit_code(end: SystemExit) -> int:
    """Return the exit code that Python gives for it, and print its message if it has one."""
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code & 0xFF
    print(end.code, file=sys.stderr)
    return 1


def _failed(error: BaseException, workspace: str) -> ScriptEnd:
    show_error(error)
    line, file = _place(error, workspace)
    code = INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
    return ScriptEnd(code, type(error).__name__, line, file)


def show_error(error: BaseException) -> None:
    """Print the traceback by `sys.excepthook`, without the runner's own frames."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    error.__traceback__ = trace
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, trace
    try:
        sys.excepthook(type(error), error, trace)
    except BaseException:
        traceback.print_exc()


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
