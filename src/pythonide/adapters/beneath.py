"""Opening a path so that the kernel, not a string check, keeps it beneath a folder.

`openat2` resolves a whole path in one step and refuses links, `..` and other mounts. Where it is missing (Linux before 5.6, some containers, macOS), each part is opened by itself with `O_NOFOLLOW`.
"""

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

Opener = Callable[[int, str, int, int], int]
"""`(folder descriptor, relative path, flags, mode) -> descriptor`, or `OSError`."""

AT_FDCWD = -100
SYS_OPENAT2 = 437  # the same on every architecture
RESOLVE_NO_XDEV = 0x01
RESOLVE_NO_MAGICLINKS = 0x02
RESOLVE_NO_SYMLINKS = 0x04
RESOLVE_BENEATH = 0x08
RESOLVE = RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH
RENAME_NOREPLACE = 1
RACED = (errno.EAGAIN, errno.EINTR)
TRIES = 128

O_PATH: int = getattr(os, "O_PATH", os.O_RDONLY)
SAFE = os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
"""On every open: a FIFO or a leased file must never make the server wait."""
FOLDER = O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class _OpenHow(ctypes.Structure):
    _fields_: ClassVar = [("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64)]


_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def open_kernel(folder: int, path: str, flags: int, mode: int) -> int:
    """Open with `openat2`; raises `OSError` (`ELOOP` for a link, `EXDEV` for a way out)."""
    how = _OpenHow(flags | SAFE, mode if flags & os.O_CREAT else 0, RESOLVE)
    name = ctypes.c_char_p(os.fsencode(path))
    for _ in range(TRIES):
        descriptor = _libc.syscall(SYS_OPENAT2, folder, name, ctypes.byref(how), ctypes.c_size_t(ctypes.sizeof(how)))
        if descriptor >= 0:
            return int(descriptor)
        problem = ctypes.get_errno()
        if problem not in RACED:
            raise OSError(problem, os.strerror(problem), path)
    raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN), path)


def open_by_parts(folder: int, path: str, flags: int, mode: int) -> int:
    """Open one part after the other, following no link; the portable way."""
    names = path.split("/")
    if any(name in ("", "..") for name in names):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), path)
    current = os.dup(folder)
    try:
        for name in names[:-1]:
            below = os.open(name, FOLDER, dir_fd=current)
            os.close(current)
            current = below
        return os.open(names[-1], flags | SAFE | os.O_NOFOLLOW, mode, dir_fd=current)
    finally:
        os.close(current)


def best_opener() -> Opener:
    """Return `openat2` if this kernel has it and lets us use it, the portable way otherwise."""
    if sys.platform != "linux":
        return open_by_parts  # the same number is another call there
    with suppress(OSError):
        os.close(open_kernel(AT_FDCWD, ".", os.O_RDONLY | os.O_DIRECTORY, 0))
        return open_kernel
    return open_by_parts


def rename_exclusive(source_folder: int, source: str, target_folder: int, target: str) -> None:
    """Rename within open folders; raises `FileExistsError` rather than replace."""
    rename = getattr(_libc, "renameat2", None)
    if rename is not None:
        done = rename(source_folder, os.fsencode(source), target_folder, os.fsencode(target), RENAME_NOREPLACE)
        if done == 0:
            return
        problem = ctypes.get_errno()
        if problem not in (errno.ENOSYS, errno.EINVAL):
            raise OSError(problem, os.strerror(problem), source)
    if _exists(target_folder, target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
    os.rename(source, target, src_dir_fd=source_folder, dst_dir_fd=target_folder)


def _exists(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def make_private_folder(path: Path) -> int:
    """Make `path` if it is missing, mode 0700, and return a descriptor of it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path, FOLDER)
