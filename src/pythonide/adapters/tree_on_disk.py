"""One workspace's folder on the local disk, for the length of one operation; all calls block.

Every path is opened beneath the folder's descriptor, and what is found there is judged by what was opened, never by its name.
"""

import errno
import os
import secrets
import stat
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass

from pythonide.adapters.beneath import FOLDER, SAFE, Opener, rename_exclusive
from pythonide.domain.errors import AlreadyExistsError, InvalidNameError, LimitReachedError, TooLargeError
from pythonide.domain.names import HIDDEN, TEMPORARY
from pythonide.domain.paths import MAX_DEPTH, WorkspacePath
from pythonide.ports import Extent, FileEntry

FILE_MODE = 0o644
FOLDER_MODE = 0o755
READ_FOLDER = os.O_RDONLY | os.O_DIRECTORY
READ_FILE = os.O_RDONLY | os.O_NOFOLLOW | SAFE
CHUNK = 1 << 20
DEEPEST = MAX_DEPTH * 8
"""Programs nest deeper than people; below this it is no tree but an attack."""


class TreeOnDisk:
    """One workspace, open."""

    def __init__(self, folder: int, opener: Opener) -> None:
        self._folder = folder
        self._opener = opener

    @contextmanager
    def open(self, path: WorkspacePath, flags: int) -> Generator[int, None, None]:
        """Lend a descriptor of what lies at `path`."""
        descriptor = self._opener(self._folder, path.text or ".", flags, FILE_MODE)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def parent(self, path: WorkspacePath) -> AbstractContextManager[int]:
        """Lend a descriptor of the folder that holds `path`."""
        if path.name in ("", ".", ".."):  # the last name is used as it is, so the kernel's walk does not judge it
            raise InvalidNameError("The workspace itself cannot be changed.")
        return self.open(path.parent, READ_FOLDER)

    @contextmanager
    def made_parent(self, path: WorkspacePath) -> Generator[int, None, None]:
        """Lend a descriptor of the folder that holds `path`, made if it is missing; raises `AlreadyExistsError` with `path` for a file on the way."""
        with ExitStack() as stack:
            try:
                for folder in path.parents:
                    with suppress(FileExistsError):
                        self.make_folder(folder)
                opened = stack.enter_context(self.parent(path))
            except NotADirectoryError:
                way = path.parent
                raise AlreadyExistsError(f"“{way.name}” is a file, not a folder.", path=way.text) from None
            yield opened

    def read(self, path: WorkspacePath, limit: int) -> bytes:
        with self.open(path, os.O_RDONLY) as descriptor:
            return _read_regular(descriptor, limit)

    def write(self, path: WorkspacePath, data: bytes, *, exclusive: bool) -> None:
        with self.parent(path) as folder:
            mode = _mode_to_keep(folder, path.name, exclusive=exclusive)
            with _temporary(folder) as name:
                _write_new(folder, name, data, mode)
                if exclusive:
                    rename_exclusive(folder, name, folder, path.name)
                else:
                    os.rename(name, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)

    def make_folder(self, path: WorkspacePath) -> None:
        with self.parent(path) as folder:
            os.mkdir(path.name, FOLDER_MODE, dir_fd=folder)
            os.fsync(folder)

    def rename(self, source: WorkspacePath, target: WorkspacePath) -> None:
        if target != source and source.holds(target):
            raise InvalidNameError("A folder cannot be moved into itself.", reason="itself")
        with self.parent(source) as old, self.parent(target) as new:
            rename_exclusive(old, source.name, new, target.name)
            os.fsync(new)
            os.fsync(old)

    def copy(self, source: WorkspacePath, target: WorkspacePath, room: Extent) -> None:
        if source.holds(target):
            raise InvalidNameError("A folder cannot be copied into itself.", reason="itself")
        with self.open(source, os.O_RDONLY) as origin, self.parent(target) as folder, _temporary(folder) as name:
            _Copying(room.files, room.size).anything(origin, folder, name, DEEPEST)
            rename_exclusive(folder, name, folder, target.name)
            os.fsync(folder)

    def delete(self, path: WorkspacePath) -> None:
        with self.parent(path) as folder:
            delete(folder, path.name)
            os.fsync(folder)

    def measure(self, path: WorkspacePath, limit: int) -> Extent:
        with self.parent(path) as folder:
            status = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISDIR(status.st_mode):
                return Extent(folder=False, files=1, size=status.st_size if stat.S_ISREG(status.st_mode) else 0)
        files = size = 0
        with self.open(path, READ_FOLDER) as top:
            for found in files_in(top):
                files, size = files + 1, size + found.st_size
                if files >= limit:
                    break
        return Extent(folder=True, files=files, size=size)

    def entry(self, path: WorkspacePath) -> FileEntry | None:
        with self.parent(path) as folder:
            if is_hidden(path.name):
                return None
            try:
                return _line(path, os.stat(path.name, dir_fd=folder, follow_symlinks=False))
            except FileNotFoundError:
                return None

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
        return sorted(found, key=lambda entry: entry.path.text)

    def _list_folder(self, folder: WorkspacePath, limit: int) -> list[FileEntry]:
        listed: list[FileEntry] = []
        # A folder that vanished or became a link meanwhile is simply not there.
        with suppress(OSError), self.open(folder, READ_FOLDER) as descriptor, os.scandir(descriptor) as names:
            for name in names:
                if len(listed) >= limit:
                    break
                entry = _entry(folder, name)
                if entry is not None:
                    listed.append(entry)
        return listed


def is_hidden(name: str) -> bool:
    """Tell whether a name is never shown."""
    return name in HIDDEN or name.startswith(TEMPORARY)


def files_in(folder: int, depth: int = DEEPEST) -> Iterator[os.stat_result]:
    """Yield the regular files beneath an open folder."""
    with os.scandir(folder) as names:
        for name in names:
            if name.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError):
                    yield name.stat(follow_symlinks=False)
            elif name.is_dir(follow_symlinks=False) and depth:
                with suppress(OSError), child(folder, name.name, READ_FOLDER) as below:
                    yield from files_in(below, depth - 1)


@contextmanager
def child(folder: int, name: str, flags: int) -> Generator[int, None, None]:
    """Lend a descriptor of what lies in an open folder, if it is no link."""
    descriptor = os.open(name, flags | os.O_NOFOLLOW | SAFE, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _refuse_depth(_folder: int, _name: str) -> None:
    raise LimitReachedError("Folders are nested too deeply to delete them at once.")


def delete(folder: int, name: str, depth: int = DEEPEST, too_deep: Callable[[int, str], None] = _refuse_depth) -> None:
    """Remove a file, link or folder; `too_deep` is given a folder that is nested too deeply, with the open one that holds it."""
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISDIR(status.st_mode):
        os.unlink(name, dir_fd=folder)
        return
    if depth == 0:
        too_deep(folder, name)
        return
    with child(folder, name, READ_FOLDER) as below:
        for inner in os.listdir(below):
            with suppress(FileNotFoundError):
                delete(below, inner, depth - 1, too_deep)
    os.rmdir(name, dir_fd=folder)


@contextmanager
def _temporary(folder: int) -> Generator[str, None, None]:
    """Lend a name in `folder`; what still has it at the end is removed."""
    name = TEMPORARY + secrets.token_hex(8)
    try:
        yield name
    except BaseException:
        with suppress(FileNotFoundError):
            delete(folder, name)
        raise


@dataclass
class _Copying:
    """How much may still be copied."""

    files: int
    size: int

    def anything(self, origin: int, folder: int, name: str, depth: int) -> None:
        status = os.fstat(origin)
        if stat.S_ISDIR(status.st_mode):
            self._folder(origin, folder, name, depth)
        elif stat.S_ISREG(status.st_mode):
            self._file(origin, folder, name, status.st_mode & 0o777 | 0o600)
        else:
            raise InvalidNameError("This is not an ordinary file.")

    def _folder(self, origin: int, folder: int, name: str, depth: int) -> None:
        if depth == 0:
            raise LimitReachedError("Folders are nested too deeply to copy them.")
        self._count()
        os.mkdir(name, FOLDER_MODE, dir_fd=folder)
        with child(folder, name, FOLDER) as made, os.scandir(origin) as names:
            for inner in names:
                ordinary = inner.is_file(follow_symlinks=False) or inner.is_dir(follow_symlinks=False)
                if not ordinary or is_hidden(inner.name):
                    continue
                # What vanished meanwhile is simply not there.
                with suppress(FileNotFoundError), child(origin, inner.name, os.O_RDONLY) as opened:
                    self.anything(opened, made, inner.name, depth - 1)

    def _file(self, origin: int, folder: int, name: str, mode: int) -> None:
        self._count()
        with _created(folder, name, mode) as target:
            while chunk := os.read(origin, CHUNK):
                self.size -= len(chunk)
                if self.size < 0:
                    raise LimitReachedError("There is not enough room for a copy of this.")
                _write_all(target, chunk)

    def _count(self) -> None:
        self.files -= 1
        if self.files < 0:
            raise LimitReachedError("There are too many files for a copy of this.")


def _entry(folder: WorkspacePath, name: os.DirEntry[str]) -> FileEntry | None:
    if is_hidden(name.name):
        return None
    try:
        path = folder.child(name.name)
        status = name.stat(follow_symlinks=False)
    except (InvalidNameError, OSError):
        return None
    if path.name != name.name:
        return None  # not in the form in which paths are spoken of: nobody could open it
    return _line(path, status)


def _line(path: WorkspacePath, status: os.stat_result) -> FileEntry | None:
    if stat.S_ISDIR(status.st_mode):
        return FileEntry(path, folder=True, size=0, modified=status.st_mtime)
    if stat.S_ISREG(status.st_mode):
        return FileEntry(path, folder=False, size=status.st_size, modified=status.st_mtime)
    return None


def _read_regular(descriptor: int, limit: int) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise InvalidNameError("This is not an ordinary file.")
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


def _write_new(folder: int, name: str, data: bytes, mode: int) -> None:
    with _created(folder, name, mode) as descriptor:
        _write_all(descriptor, data)
        os.fsync(descriptor)


@contextmanager
def _created(folder: int, name: str, mode: int) -> Generator[int, None, None]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(name, flags, 0o600, dir_fd=folder)
    try:
        os.fchmod(descriptor, mode)
        yield descriptor
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
