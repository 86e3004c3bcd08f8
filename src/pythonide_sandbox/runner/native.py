"""The interpreter's own functions that `python script.py` and its prompt are made of, for those that Python does not offer.

They read a script as a file and not as a text, which makes for other messages, and they are the prompt itself.
"""

import ctypes
import os
import sys

from pythonide_sandbox.steps import Step

END_OF_FILE = 11
_FILE_INPUT = 257
_FULLY_BUFFERED = 0
_libc = ctypes.CDLL(None)
_python = ctypes.pythonapi
_fdopen = _libc.fdopen
_fdopen.restype = ctypes.c_void_p
_fdopen.argtypes = [ctypes.c_int, ctypes.c_char_p]
_setvbuf = _libc.setvbuf
_setvbuf.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
_getc = _libc.fgetc
_getc.argtypes = [ctypes.c_void_p]
_ungetc = _libc.ungetc
_ungetc.argtypes = [ctypes.c_int, ctypes.c_void_p]
_run_file = _python.PyRun_FileExFlags
_run_file.restype = ctypes.py_object
_run_file.argtypes = [
    ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.py_object, ctypes.py_object, ctypes.c_int, ctypes.c_void_p,
]  # fmt: skip
_run_command = _python.PyRun_InteractiveOneFlags
_run_command.restype = ctypes.c_int
_run_command.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_set_item = _python.PyStructSequence_SetItem
_set_item.restype = None
_set_item.argtypes = [ctypes.py_object, ctypes.c_ssize_t, ctypes.py_object]
_buffers: list[object] = []
"""They belong to streams that are read while the student's program runs."""
_STDIN = "stdin" if sys.platform.startswith("linux") else "__stdinp"


class CompilerFlags(ctypes.Structure):
    """What `from __future__` has switched on, from command to command."""

    _fields_ = (("flags", ctypes.c_int), ("feature_version", ctypes.c_int))


def script(path: str, names: dict[str, object]) -> Step:
    """Return what runs the file in `names`; it is read now, so that it may change before it is run. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    size = os.fstat(descriptor).st_size + 1
    memory = ctypes.create_string_buffer(size)
    stream = _fdopen(descriptor, b"rb")
    _setvbuf(stream, memory, _FULLY_BUFFERED, size)
    first = _getc(stream)
    if first >= 0:
        _ungetc(first, stream)

    _buffers.append(memory)
    return _run_file, (stream, os.fsencode(path), _FILE_INPUT, names, names, 1, None)


def command(flags: CompilerFlags) -> Step:
    """Return what shows the prompt, reads one command and runs it; it returns `END_OF_FILE`, or whatever else."""
    stream = ctypes.c_void_p.in_dll(_libc, _STDIN)
    return _run_command, (stream, b"<stdin>", ctypes.byref(flags))


def without_line_editing() -> None:
    """Let `input` read from the terminal as it does in an interpreter that has not imported `readline`."""
    ctypes.c_void_p.in_dll(_python, "PyOS_ReadlineFunctionPointer").value = None
    for name in ("readline", "rlcompleter"):
        sys.modules.pop(name, None)
    for name in ("LINES", "COLUMNS"):
        os.unsetenv(name)


def say_interactive(*, interactive: bool) -> None:
    """Have `sys.flags` say what it says under `python -i`, or without the option."""
    for name in ("inspect", "interactive"):
        _set_item(sys.flags, sys.flags.__match_args__.index(name), int(interactive))
