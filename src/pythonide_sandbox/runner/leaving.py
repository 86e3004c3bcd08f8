"""Ends the process as the interpreter does, without touching the whole inherited heap."""

import atexit
import builtins
import gc
import os
import signal
import sys
import threading
import types
import weakref
from typing import NoReturn, cast

from pythonide_sandbox.runner.streams import flush_standard_stream

INTERRUPTED = 130
"""What a shell says of a program that an interrupt has ended."""
_NOT_FLUSHED = 120
_NO_OTHER_THREAD = 1e6
_GONE_FIRST = ("path", "argv", "ps1", "ps2", "last_exc", "last_type", "last_value", "last_traceback")


class _Failing:
    def __del__(self) -> None:
        raise ValueError


def _learn_arguments() -> type:
    """Return the type of what `sys.unraisablehook` is called with, which has no name."""
    seen: list[type] = []

    def see(arguments: object) -> None:
        seen.append(type(arguments))

    usual, sys.unraisablehook = sys.unraisablehook, see
    try:
        _Failing()
    finally:
        sys.unraisablehook = usual
    return seen[0]


_UnraisableHookArgs = _learn_arguments()
_inherited: frozenset[str] = frozenset()


def remember_modules() -> None:
    """Note which modules are not the program's: they stay as they are at its end."""
    globals()["_inherited"] = frozenset(sys.modules) - {"__main__"}


def leave(status: int, *, interrupted: bool = False) -> NoReturn:
    """Wait for threads, call what was registered, delete objects, flush, end; if `interrupted`, by the signal itself."""
    try:
        threading._shutdown()  # type: ignore[attr-defined] - what the interpreter calls at its end
    except BaseException as error:
        _ignore(error, threading, "threading shutdown")
    atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage] - what Py_Finalize calls
    flushed = _flush_streams()
    sys.setswitchinterval(_NO_OTHER_THREAD)  # daemons do not see the ruins
    try:
        _forget_modules()
    except BaseException as error:
        _ignore(error, None, "the end")
    if not (flushed and _flush_streams()):
        status = _NOT_FLUSHED
    if interrupted:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(status)


def _flush_streams() -> bool:
    error = flush_standard_stream(sys.stdout)
    if error is not None:
        error.__traceback__ = None
        _ignore(error, sys.stdout, "flushing sys.stdout")
    return flush_standard_stream(sys.stderr) is None and error is None


def _ignore(error: BaseException, where: object, doing: str) -> None:
    said = (f"Exception ignored on {doing}", None) if sys.version_info >= (3, 13) else (None, where)
    trace = error.__traceback__
    kept = trace.tb_next if trace is not None else None
    try:
        sys.unraisablehook(_UnraisableHookArgs((type(error), error, kept, *said)))
    except BaseException:
        pass  # nobody is left to tell


def _forget_modules() -> None:
    builtins.__dict__["_"] = None
    for name in _GONE_FIRST:
        if hasattr(sys, name):
            setattr(sys, name, None)
    left: list[weakref.ref[types.ModuleType]] = []
    for name in [name for name in sys.modules if name not in _inherited]:
        module = cast("object", sys.modules.pop(name))
        if isinstance(module, types.ModuleType):  # a program may put there what it likes
            left.append(weakref.ref(module))
        del module
    gc.collect()
    for reference in reversed(left):
        module = reference()
        if module is not None:
            _clear(vars(module))


def _clear(names: dict[str, object]) -> None:
    for name in [name for name in names if name.startswith("_") and not name.startswith("__")]:
        names[name] = None
    for name in [name for name in names if name != "__builtins__"]:
        names[name] = None
