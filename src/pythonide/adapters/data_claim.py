"""One server at a time on a data directory: two would each think that they alone own its runs and its students' Python."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

CLAIM = "server.lock"


class DataInUseError(Exception):
    """Another process serves this data directory; the message says which."""


@contextmanager
def claimed(data: Path) -> Generator[None]:
    """Hold the data directory; the kernel lets go of it when this process ends, however that happens."""
    descriptor = os.open(data / CLAIM, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            number = os.read(descriptor, 20).decode("ascii", "replace").strip()
            raise DataInUseError(
                f"Another pythonide is at work on {data} already (process {number or 'unknown'}). Wait for it or stop it, or choose another folder with --data."
            ) from error
        os.fchown(descriptor, *_owner_of(data))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _owner_of(data: Path) -> tuple[int, int]:
    found = data.stat()
    return found.st_uid, found.st_gid
