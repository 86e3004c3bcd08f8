"""Which limit of the run made an error, where the error and a second look make it sure; only ever shown, never believed."""

import errno
import os

from pythonide_sandbox.layers import HOME, WORKSPACE

_IN_MEMORY = ("/tmp", "/dev/shm", HOME)
_NO_THREAD = "can't start new thread"


def limit_behind(error: BaseException) -> str | None:
    """Return the name of the limit, or `None`; whatever a student's own exception class does."""
    try:
        return _limit_behind(error)
    except Exception:
        return None


def _limit_behind(error: BaseException) -> str | None:
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, RuntimeError) and str(error) == _NO_THREAD:
        return "processes" if _no_process_is_left() else None
    if not isinstance(error, OSError):
        return None
    match error.errno:
        case errno.EMFILE:
            return "open_files"
        case errno.EFBIG:
            return "file_size"
        case errno.ENOSPC:
            return "tmp" if _memory_is_where_room_is_missing() else None
        case errno.EAGAIN:  # also what a socket or pipe says that is not ready
            return "processes" if _no_process_is_left() else None
        case _:
            return None


def _no_process_is_left() -> bool:
    """Tell whether not even a program that does not exist can be started; no line of the student's runs for it."""
    try:
        os.posix_spawn("/", ["/"], {})
    except OSError as error:
        return error.errno == errno.EAGAIN
    return False


def _memory_is_where_room_is_missing() -> bool:
    disk = os.statvfs(WORKSPACE)
    names_left = all(os.statvfs(place).f_favail for place in _IN_MEMORY)
    return bool(disk.f_bavail and names_left)
