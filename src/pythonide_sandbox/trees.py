"""Makes the mounts of a run: paths are built here, beneath our own folder, from checked ids only."""

import os

from pythonide_sandbox import syscalls
from pythonide_sandbox.syscalls import ATTR_IDMAP, ATTR_NODEV, ATTR_NOSUID, ATTR_RDONLY

_FOLDER = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_RESERVED_BYTES, _RESERVED_FILES, _RESERVED_SHARE = 1 << 30, 10_000, 0.05
"""What students' programs leave to the server: so much, or this share of a small disk."""


class Trees:
    """Hands out detached mounts of workspaces; mapped so that the run's uid owns what the server's uid owns on disk."""

    def __init__(self, workspaces: str, owner: tuple[int, int], *, mapped: bool) -> None:
        self._workspaces = os.open(workspaces, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        self._owner = owner
        self._mapped = mapped
        self._maps: dict[int, int] = {}

    def room(self) -> float:
        """Return how often the reserve of the workspaces' disk is free: below 1 no run should begin, below a half none go on."""
        disk = os.fstatvfs(self._workspaces)
        rooms = [disk.f_bavail * disk.f_frsize / min(_RESERVED_BYTES, disk.f_blocks * disk.f_frsize * _RESERVED_SHARE)]
        if disk.f_files:  # some file systems have no fixed number of files
            rooms.append(disk.f_favail / min(_RESERVED_FILES, disk.f_files * _RESERVED_SHARE))
        return min(rooms)

    def open(self, workspace: str, host_uid: int, *, read_only: bool) -> int:
        """Return the mount of one workspace for the run with this uid. Raises `FileNotFoundError`."""
        folder = self.folder(workspace)
        try:
            tree = syscalls.open_tree("", folder)
        finally:
            os.close(folder)
        attributes = ATTR_NOSUID | ATTR_NODEV | (ATTR_RDONLY if read_only else 0)
        try:
            if self._mapped:
                syscalls.mount_setattr(tree, attributes | ATTR_IDMAP, user_namespace=self.prepare(host_uid))
            else:
                syscalls.mount_setattr(tree, attributes)
        except OSError:
            os.close(tree)
            raise
        return tree

    def folder(self, workspace: str) -> int:
        """Return the folder of one workspace on the host. Raises `FileNotFoundError`."""
        return os.open(workspace, _FOLDER, dir_fd=self._workspaces)

    def prepare(self, host_uid: int) -> int:
        """Return the user namespace that maps the owner to `host_uid`, made once and kept."""
        if host_uid not in self._maps:
            self._maps[host_uid] = _mapping(self._owner, host_uid)
        return self._maps[host_uid]

    @property
    def mapped(self) -> bool:
        """Whether every run has a uid of its own."""
        return self._mapped


def _mapping(owner: tuple[int, int], host_uid: int) -> int:
    """Make a user namespace in which the files' owner on disk stands for `host_uid`."""
    ready, done = os.pipe2(os.O_CLOEXEC), os.pipe2(os.O_CLOEXEC)
    child = os.fork()
    if child == 0:
        try:
            syscalls.unshare(syscalls.CLONE_NEWUSER)
            os.write(ready[1], b"r")
            os.close(done[1])
            os.read(done[0], 1)
        finally:
            os._exit(0)
    try:
        os.close(ready[1])
        if os.read(ready[0], 1) != b"r":
            raise OSError(1, "no user namespace")
        for kind, disk in (("uid", owner[0]), ("gid", owner[1])):
            with open(f"/proc/{child}/{kind}_map", "w", encoding="ascii") as file:
                file.write(f"{disk} {host_uid} 1")
        return os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        for fd in (ready[0], *done):
            os.close(fd)
        os.waitpid(child, 0)
