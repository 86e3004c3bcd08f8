"""Students' file trees on the local disk: every path is resolved beneath the workspace's folder."""

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import anyio
from anyio import to_thread

from pythonide.adapters.beneath import (
    FOLDER,
    Opener,
    best_opener,
    make_private_folder,
    rename_exclusive,
)
from pythonide.domain.errors import (
    AlreadyExistsError,
    DomainError,
    InvalidNameError,
    LimitReachedError,
    NotFoundError,
    TooLargeError,
    UnavailableError,
)
from pythonide.domain.ids import WorkspaceId, is_id
from pythonide.domain.paths import MAX_DEPTH, WorkspacePath
from pythonide.ports import FileEntry, FilePart

THREADS = 4
TEMPORARY = ".pythonide-"
"""Prefix of files that are being written; never listed."""
HIDDEN = frozenset({"__pycache__"})
FILE_MODE = 0o644
FOLDER_MODE = 0o755
READ_FOLDER = os.O_RDONLY | os.O_DIRECTORY
CHUNK = 1 << 20

T = TypeVar("T")


@asynccontextmanager
async def open_workspace_files(
    root: Path, *, opener: Opener | None = None
) -> AsyncGenerator["LocalWorkspaceFiles", None]:
    """Yield the files beneath `root`, made with mode 0700 if missing."""
    descriptor = await to_thread.run_sync(make_private_folder, root)
    try:
        yield LocalWorkspaceFiles(descriptor, opener or best_opener())
    finally:
        os.close(descriptor)


class LocalWorkspaceFiles:
    """The `WorkspaceFiles` port on a local disk; all work is done in a few threads, never on the loop."""

    def __init__(self, root: int, opener: Opener) -> None:
        self._root = root
        self._opener = opener
        self._threads = anyio.CapacityLimiter(THREADS)

    async def ensure(self, workspace: WorkspaceId) -> None:
        await self._run(lambda: self._ensure(workspace))

    async def entries(self, workspace: WorkspaceId, *, limit: int) -> list[FileEntry]:
        return await self._in(workspace, lambda tree: tree.entries(limit))

    async def read(self, workspace: WorkspaceId, path: WorkspacePath, *, limit: int) -> bytes:
        return await self._in(workspace, lambda tree: tree.read(path, limit))

    async def read_part(self, workspace: WorkspaceId, path: WorkspacePath, *, start: int, length: int) -> FilePart:
        return await self._in(workspace, lambda tree: tree.read_part(path, start, length))

    async def write(self, workspace: WorkspaceId, path: WorkspacePath, data: bytes, *, exclusive: bool = False) -> None:
        await self._in(workspace, lambda tree: tree.write(path, data, exclusive=exclusive))

    async def make_folder(self, workspace: WorkspaceId, path: WorkspacePath) -> None:
        await self._in(workspace, lambda tree: tree.make_folder(path))

    async def rename(self, workspace: WorkspaceId, source: WorkspacePath, target: WorkspacePath) -> None:
        await self._in(workspace, lambda tree: tree.rename(source, target))

    async def delete(self, workspace: WorkspaceId, path: WorkspacePath) -> None:
        await self._in(workspace, lambda tree: tree.delete(path))

    def _ensure(self, workspace: WorkspaceId) -> None:
        with suppress(FileExistsError):
            os.mkdir(_folder_name(workspace), 0o700, dir_fd=self._root)

    async def _in(self, workspace: WorkspaceId, work: "Callable[[_Tree], T]") -> T:
        def run() -> T:
            folder = os.open(_folder_name(workspace), FOLDER, dir_fd=self._root)
            try:
                return work(_Tree(folder, self._opener))
            finally:
                os.close(folder)

        return await self._run(run)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await to_thread.run_sync(work, limiter=self._threads)
        except OSError as error:
            raise _refusal(error) from error


def _folder_name(workspace: WorkspaceId) -> str:
    if not is_id(workspace):
        raise NotFoundError("There is no such workspace.")
    return workspace


def _refusal(error: OSError) -> DomainError:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return NotFoundError("This file does not exist (any more).")
        case errno.EEXIST | errno.ENOTEMPTY:
            return AlreadyExistsError("There is already something with this name.")
        case errno.ELOOP | errno.EXDEV | errno.ENXIO | errno.EISDIR | errno.EINVAL | errno.ENAMETOOLONG:
            return InvalidNameError("This is not an ordinary file of this workspace.")
        case errno.EACCES | errno.EPERM:
            return InvalidNameError("A program took away the permission to use this file.")
        case errno.ENOSPC | errno.EDQUOT:
            return LimitReachedError("There is no room left for this file.")
        case _:
            return UnavailableError("The files cannot be reached just now.")


class _Tree:
    """One workspace, for the length of one operation; all calls block."""

    def __init__(self, folder: int, opener: Opener) -> None:
        self._folder = folder
        self._opener = opener

    @contextmanager
    def _open(self, path: str, flags: int) -> Generator[int, None, None]:
        descriptor = self._opener(self._folder, path or ".", flags, FILE_MODE)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _parent(self, path: WorkspacePath) -> AbstractContextManager[int]:
        if path.name in ("", ".", ".."):  # the last name is used as it is, so the kernel's walk does not judge it
            raise InvalidNameError("The workspace itself cannot be changed.")
        return self._open(path.parent.text, READ_FOLDER)

    def read(self, path: WorkspacePath, limit: int) -> bytes:
        with self._open(path.text, os.O_RDONLY) as descriptor:
            return _read_regular(descriptor, limit)

    def read_part(self, path: WorkspacePath, start: int, length: int) -> FilePart:
        with self._open(path.text, os.O_RDONLY) as descriptor:
            status = _regular(descriptor)
            data = os.pread(descriptor, length, start)
            return FilePart(data, start, status.st_size, _tag(status))

    def write(self, path: WorkspacePath, data: bytes, *, exclusive: bool) -> None:
        with self._parent(path) as folder:
            mode = _mode_to_keep(folder, path.name, exclusive=exclusive)
            temporary = _write_temporary(folder, data, mode)
            try:
                if exclusive:
                    rename_exclusive(folder, temporary, folder, path.name)
                else:
                    os.rename(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError:
                os.unlink(temporary, dir_fd=folder)
                raise
            os.fsync(folder)

    def make_folder(self, path: WorkspacePath) -> None:
        with self._parent(path) as folder:
            os.mkdir(path.name, FOLDER_MODE, dir_fd=folder)
            os.fsync(folder)

    def rename(self, source: WorkspacePath, target: WorkspacePath) -> None:
        if target.text.startswith(source.text + "/"):
            raise InvalidNameError("A folder cannot be moved into itself.")
        with self._parent(source) as old, self._parent(target) as new:
            rename_exclusive(old, source.name, new, target.name)
            os.fsync(new)
            os.fsync(old)

    def delete(self, path: WorkspacePath) -> None:
        with self._parent(path) as folder:
            _delete(folder, path.name, MAX_DEPTH * 8)
            os.fsync(folder)

    def entries(self, limit: int) -> list[FileEntry]:
        """Return entries level by level, so that a cut tree lacks its depths and not its top."""
        found: list[FileEntry] = []
        level = [WorkspacePath("")]
        while level and len(found) < limit:
            below: list[WorkspacePath] = []
            for folder in level:
                listed = self._list_folder(folder, limit - len(found))
                found.extend(listed)
                below.extend(entry.path for entry in listed if entry.folder)
            level = below
        return sorted(found, key=lambda entry: entry.path)

    def _list_folder(self, folder: WorkspacePath, limit: int) -> list[FileEntry]:
        listed: list[FileEntry] = []
        # A folder that vanished or became a link meanwhile is simply not there.
        with suppress(OSError), self._open(folder.text, READ_FOLDER) as descriptor, os.scandir(descriptor) as names:
            for name in names:
                if len(listed) >= limit:
                    break
                entry = _entry(folder, name)
                if entry is not None:
                    listed.append(entry)
        return listed


def _entry(folder: WorkspacePath, name: os.DirEntry[str]) -> FileEntry | None:
    if name.name in HIDDEN or name.name.startswith(TEMPORARY):
        return None
    try:
        path = folder.child(name.name)
        status = name.stat(follow_symlinks=False)
    except (InvalidNameError, OSError):
        return None
    if path.name != name.name:
        return None  # not in the form in which paths are spoken of: nobody could open it
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        return None
    is_folder = stat.S_ISDIR(status.st_mode)
    return FileEntry(path, is_folder, 0 if is_folder else status.st_size, status.st_mtime)


def _regular(descriptor: int) -> os.stat_result:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise InvalidNameError("This is not an ordinary file.")
    return status


def _tag(status: os.stat_result) -> str:
    # The time of change, unlike that of modification, cannot be set by a program.
    parts = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _read_regular(descriptor: int, limit: int) -> bytes:
    status = _regular(descriptor)
    if status.st_size > limit:
        raise TooLargeError("This file is too large.", limit=limit, size=status.st_size)
    chunks: list[bytes] = []
    left = limit + 1  # a file may grow while it is read
    while left > 0 and (chunk := os.read(descriptor, min(CHUNK, left))):
        chunks.append(chunk)
        left -= len(chunk)
    if left == 0:
        raise TooLargeError("This file is too large.", limit=limit)
    return b"".join(chunks)


def _mode_to_keep(folder: int, name: str, *, exclusive: bool) -> int:
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return FILE_MODE
    if exclusive:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
    return (status.st_mode & 0o777) | 0o600 if stat.S_ISREG(status.st_mode) else FILE_MODE


def _write_temporary(folder: int, data: bytes, mode: int) -> str:
    name = TEMPORARY + secrets.token_hex(8)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(name, flags, 0o600, dir_fd=folder)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)
    except OSError:
        os.unlink(name, dir_fd=folder)
        raise
    finally:
        os.close(descriptor)
    return name


def _delete(folder: int, name: str, depth: int) -> None:
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISDIR(status.st_mode):
        os.unlink(name, dir_fd=folder)
        return
    if depth == 0:
        raise LimitReachedError("Folders are nested too deeply to delete them at once.")
    descriptor = os.open(name, READ_FOLDER | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        for child in os.listdir(descriptor):
            with suppress(FileNotFoundError):
                _delete(descriptor, child, depth - 1)
    finally:
        os.close(descriptor)
    os.rmdir(name, dir_fd=folder)
