"""Students' file trees on the local disk: every path is resolved beneath the workspace's folder, never on the event loop.

The bin and what is still arriving lie beside the workspaces, in folders that are no workspace's: on the same disk, so that a move is one step, and where no run can see them.
"""

import errno
import os
import stat
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import anyio
from anyio import from_thread, to_thread
from anyio.streams.memory import MemoryObjectSendStream

from pythonide.adapters.beneath import FOLDER, Opener, best_opener, make_private_folder, rename_exclusive
from pythonide.adapters.tree_archive import check_packable, pack
from pythonide.adapters.tree_on_disk import FILE_MODE, READ_FOLDER, TreeOnDisk, delete
from pythonide.domain.errors import (
    AlreadyExistsError,
    ConflictError,
    DomainError,
    InvalidNameError,
    LimitReachedError,
    NotFoundError,
    UnavailableError,
)
from pythonide.domain.ids import BinItemId, UploadId, WorkspaceId, is_id
from pythonide.domain.paths import WorkspacePath
from pythonide.ports import Extent, FileEntry

THREADS = 4
PACKERS = 8
"""Archives that are made at once; most of them wait for a network."""
BIN = ".bin"
PARTS = ".parts"
PIECE = 1 << 18
AHEAD = 4
"""Pieces of an archive that wait to be sent."""

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
    """The ports `WorkspaceFiles`, `FileBin` and `FileParts` on a local disk; all work is done in a few threads."""

    def __init__(self, root: int, opener: Opener) -> None:
        self._root = root
        self._opener = opener
        self._threads = anyio.CapacityLimiter(THREADS)
        self._packers = anyio.CapacityLimiter(PACKERS)

    async def ensure(self, workspace: WorkspaceId) -> None:
        await self._run(lambda: self._ensure(workspace))

    async def entries(self, workspace: WorkspaceId, *, limit: int) -> list[FileEntry]:
        return await self._in(workspace, lambda tree: tree.entries(limit))

    async def entry(self, workspace: WorkspaceId, path: WorkspacePath) -> FileEntry | None:
        try:
            return await self._in(workspace, lambda tree: tree.entry(path))
        except (NotFoundError, InvalidNameError):
            return None

    async def measure(self, workspace: WorkspaceId, path: WorkspacePath, *, limit: int) -> Extent:
        return await self._in(workspace, lambda tree: tree.measure(path, limit))

    async def read(self, workspace: WorkspaceId, path: WorkspacePath, *, limit: int) -> bytes:
        return await self._in(workspace, lambda tree: tree.read(path, limit))

    @asynccontextmanager
    async def reading(self, workspace: WorkspaceId, path: WorkspacePath) -> AsyncGenerator["_OpenFile", None]:
        descriptor, size = await self._in(workspace, lambda tree: _opened(tree, path))
        try:
            yield _OpenFile(descriptor, size, self._threads)
        finally:
            os.close(descriptor)

    @asynccontextmanager
    async def packing(
        self, workspace: WorkspaceId, paths: Sequence[WorkspacePath]
    ) -> AsyncGenerator[AsyncIterator[bytes], None]:
        await self._in(workspace, lambda tree: check_packable(tree, paths))
        send, receive = anyio.create_memory_object_stream[bytes](AHEAD)
        async with anyio.create_task_group() as tasks, receive:
            tasks.start_soon(self._pack, workspace, paths, send)
            yield receive
            tasks.cancel_scope.cancel()

    async def write(self, workspace: WorkspaceId, path: WorkspacePath, data: bytes, *, exclusive: bool = False) -> None:
        await self._in(workspace, lambda tree: tree.write(path, data, exclusive=exclusive))

    async def make_folder(self, workspace: WorkspaceId, path: WorkspacePath) -> None:
        await self._in(workspace, lambda tree: tree.make_folder(path))

    async def rename(self, workspace: WorkspaceId, source: WorkspacePath, target: WorkspacePath) -> None:
        await self._in(workspace, lambda tree: tree.rename(source, target))

    async def copy(self, workspace: WorkspaceId, source: WorkspacePath, target: WorkspacePath, *, room: Extent) -> None:
        await self._in(workspace, lambda tree: tree.copy(source, target, room))

    async def delete(self, workspace: WorkspaceId, path: WorkspacePath) -> None:
        await self._in(workspace, lambda tree: tree.delete(path))

    async def put_in_bin(self, workspace: WorkspaceId, path: WorkspacePath, item: BinItemId) -> None:
        def put(tree: TreeOnDisk) -> None:
            with tree.parent(path) as folder, self._beside(BIN, workspace) as bin_:
                rename_exclusive(folder, path.name, bin_, item)
                os.fsync(bin_)
                os.fsync(folder)

        await self._in(workspace, put)

    async def in_bin(self, workspace: WorkspaceId) -> frozenset[BinItemId]:
        def look() -> frozenset[BinItemId]:
            with self._beside(BIN, workspace) as bin_:
                return frozenset(BinItemId(name) for name in os.listdir(bin_) if is_id(name))

        return await self._run(look)

    async def take_from_bin(self, workspace: WorkspaceId, item: BinItemId, path: WorkspacePath) -> None:
        def take(tree: TreeOnDisk) -> None:
            with self._beside(BIN, workspace) as bin_, tree.made_parent(path) as folder:
                rename_exclusive(bin_, item, folder, path.name)
                os.fsync(folder)
                os.fsync(bin_)

        await self._in(workspace, take)

    async def purge(self, workspace: WorkspaceId, item: BinItemId) -> None:
        def purge() -> None:
            with self._beside(BIN, workspace) as bin_:
                _purge(bin_, item)

        await self._run(purge)

    async def arrived(self, workspace: WorkspaceId, upload: UploadId) -> int:
        def look() -> int:
            with self._beside(PARTS, workspace) as parts:
                try:
                    return os.stat(upload, dir_fd=parts, follow_symlinks=False).st_size
                except FileNotFoundError:
                    return 0

        return await self._run(look)

    async def append(self, workspace: WorkspaceId, upload: UploadId, offset: int, data: bytes) -> int:
        def append() -> int:
            with self._beside(PARTS, workspace) as parts:
                return _append(parts, upload, offset, data)

        return await self._run(append)

    async def place(self, workspace: WorkspaceId, upload: UploadId, path: WorkspacePath) -> None:
        def place(tree: TreeOnDisk) -> None:
            with self._beside(PARTS, workspace) as parts, tree.made_parent(path) as folder:
                _finish(parts, upload)
                rename_exclusive(parts, upload, folder, path.name)
                os.fsync(folder)

        await self._in(workspace, place)

    async def discard(self, workspace: WorkspaceId, upload: UploadId) -> None:
        def discard() -> None:
            with self._beside(PARTS, workspace) as parts, suppress(FileNotFoundError):
                os.unlink(upload, dir_fd=parts)

        await self._run(discard)

    def _ensure(self, workspace: WorkspaceId) -> None:
        with suppress(FileExistsError):
            os.mkdir(_folder_name(workspace), 0o700, dir_fd=self._root)

    @contextmanager
    def _beside(self, place: str, workspace: WorkspaceId) -> Generator[int, None, None]:
        """Lend a descriptor of what belongs to a workspace but does not lie in it, made if it is missing."""
        for name in (place, f"{place}/{_folder_name(workspace)}"):
            with suppress(FileExistsError):
                os.mkdir(name, 0o700, dir_fd=self._root)
        descriptor = self._opener(self._root, f"{place}/{workspace}", READ_FOLDER, 0)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    async def _pack(
        self, workspace: WorkspaceId, paths: Sequence[WorkspacePath], send: MemoryObjectSendStream[bytes]
    ) -> None:
        def sink(piece: bytes) -> None:
            from_thread.run(send.send, piece)

        async with send:
            # Whoever stopped reading needs no end.
            with suppress(anyio.BrokenResourceError):
                await self._in(workspace, lambda tree: pack(tree, paths, sink), self._packers)

    async def _in(
        self, workspace: WorkspaceId, work: Callable[[TreeOnDisk], T], limiter: anyio.CapacityLimiter | None = None
    ) -> T:
        def run() -> T:
            folder = os.open(_folder_name(workspace), FOLDER, dir_fd=self._root)
            try:
                return work(TreeOnDisk(folder, self._opener))
            finally:
                os.close(folder)

        return await self._run(run, limiter)

    async def _run(self, work: Callable[[], T], limiter: anyio.CapacityLimiter | None = None) -> T:
        try:
            return await to_thread.run_sync(work, limiter=limiter or self._threads)
        except OSError as error:
            raise _refusal(error) from error


@dataclass(frozen=True)
class _OpenFile:
    """The port `FileBytes`."""

    descriptor: int
    size: int
    threads: anyio.CapacityLimiter

    async def chunks(self) -> AsyncIterator[bytes]:
        left = self.size
        while left > 0:
            chunk = await to_thread.run_sync(os.read, self.descriptor, min(PIECE, left), limiter=self.threads)
            if not chunk:
                return
            left -= len(chunk)
            yield chunk


def _opened(tree: TreeOnDisk, path: WorkspacePath) -> tuple[int, int]:
    """Return a descriptor of its own, and how many bytes the file has."""
    with tree.open(path, os.O_RDONLY) as descriptor:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise InvalidNameError("This is not an ordinary file.")
        return os.dup(descriptor), status.st_size


def _purge(bin_: int, item: BinItemId) -> None:
    waiting = [name for name in os.listdir(bin_) if name == item or name.startswith(f"{item}.")]
    count = len(waiting)

    def take_out(folder: int, name: str) -> None:
        nonlocal count
        count += 1
        waiting.append(f"{item}.{count}")
        os.rename(name, waiting[-1], src_dir_fd=folder, dst_dir_fd=bin_)

    while waiting:
        with suppress(FileNotFoundError):
            delete(bin_, waiting.pop(), too_deep=take_out)


def _append(parts: int, upload: UploadId, offset: int, data: bytes) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(upload, flags, 0o600, dir_fd=parts)
    try:
        there = os.fstat(descriptor).st_size
        if there != offset:
            raise ConflictError("This upload goes on elsewhere.", offset=there)
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        return there + len(data)
    finally:
        os.close(descriptor)


def _finish(parts: int, upload: UploadId) -> None:
    """Have the disk hold all of it, empty as it may be."""
    descriptor = os.open(upload, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=parts)
    try:
        os.fchmod(descriptor, FILE_MODE)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
            return InvalidNameError("This is not an ordinary file of this workspace.", reason="odd")
        case errno.EACCES | errno.EPERM:
            return InvalidNameError("A program took away the permission to use this file.", reason="closed")
        case errno.ENOSPC | errno.EDQUOT:
            return LimitReachedError("There is no room left for this file.")
        case _:
            return UnavailableError("The files cannot be reached just now.")
