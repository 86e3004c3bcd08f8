"""Finds the folder that an environment's name means now, and holds it while a zygote lives in it."""

import errno
import fcntl
import os
import stat
from dataclasses import dataclass

from pythonide_sandbox.settings import LauncherSettings

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
Identity = tuple[int, int]


@dataclass(frozen=True)
class Folder:
    """An environment's folder. The lock on it tells whoever tidies up that it is in use."""

    descriptor: int
    identity: Identity

    def let_go(self) -> None:
        """Close it, and with it the lock."""
        os.close(self.descriptor)


class Environments:
    """The folder of all environments: a name is a folder in it, or a link to one, and nothing else is followed."""

    def __init__(self, settings: LauncherSettings, *, own_only: bool) -> None:
        self._place = settings.environments
        self._own_only = own_only

    def hold(self, name: str) -> Folder:
        """Open and lock what the name means now. Raises `OSError`."""
        descriptor = self._open(name)
        try:
            found = os.fstat(descriptor)
            if self._own_only and found.st_uid != os.geteuid():
                raise PermissionError(errno.EPERM, "the environment belongs to somebody else", name)
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        return Folder(descriptor, (found.st_dev, found.st_ino))

    def meant_by(self, name: str) -> Identity | None:
        """Return which folder the name means now, or `None`."""
        try:
            descriptor = self._open(name)
        except OSError:
            return None
        try:
            found = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        return found.st_dev, found.st_ino

    def _open(self, name: str) -> int:
        above = os.open(self._place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            if stat.S_ISLNK(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode):
                name = os.readlink(name, dir_fd=above)
            if "/" in name or name in ("", ".", ".."):
                raise PermissionError(errno.EPERM, "the environment leads elsewhere", name)
            return os.open(name, _FOLDER, dir_fd=above)
        finally:
            os.close(above)
