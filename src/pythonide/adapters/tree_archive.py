"""A zip of a part of a tree, written while it is read: memory stays small however large the tree is.

Only plain files and folders go in, under names that any system can write and that lead nowhere else.
"""

import os
import stat
import time
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress

from pythonide.adapters.tree_on_disk import DEEPEST, READ_FOLDER, TreeOnDisk, child, is_hidden
from pythonide.domain.errors import InvalidNameError
from pythonide.domain.names import folded, portable
from pythonide.domain.paths import WorkspacePath

PIECE = 1 << 18
"""Bytes that are handed on at once."""
MOST = 100_000
"""Files in one archive: each costs some memory until the end, for a zip ends with their list."""
MOST_NAMED = 1_000
LEVEL = 1
LARGE = 1 << 31
EARLIEST = (1980, 1, 1, 0, 0, 0)
NOTE = "What is missing here.txt"

Sink = Callable[[bytes], None]


class _Pieces:
    """A file that cannot seek: gathers bytes and hands them on in pieces."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._gathered = bytearray()

    def write(self, data: bytes) -> int:
        self._gathered += data
        if len(self._gathered) >= PIECE:
            self.hand_on()
        return len(data)

    def hand_on(self) -> None:
        if self._gathered:
            self._sink(bytes(self._gathered))
            self._gathered.clear()

    def flush(self) -> None:
        """Nothing: pieces are handed on when they are full, and at the end."""

    def close(self) -> None:
        self.hand_on()


def check_packable(tree: TreeOnDisk, paths: Sequence[WorkspacePath]) -> None:
    """Raise what is wrong with a selection, before its first byte is made."""
    for path in paths:
        with tree.open(path, os.O_RDONLY) as opened:
            mode = os.fstat(opened).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise InvalidNameError("This is not an ordinary file.")


def pack(tree: TreeOnDisk, paths: Sequence[WorkspacePath], sink: Sink) -> None:
    """Write the zip of `paths` to `sink`; the whole workspace if its own path is among them."""
    pieces = _Pieces(sink)
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        packing = _Packing(archive)
        for path in paths:
            # What vanished since it was chosen is named in the note.
            try:
                with tree.open(path, os.O_RDONLY) as opened:
                    packing.anything(opened, packing.free("", path.name) if path.text else "", path.text, DEEPEST)
            except OSError:
                packing.leave_out(path.text, "it could not be read")
        packing.note()
    pieces.close()


class _Packing:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names: set[str] = set()
        self._left_out: list[str] = []
        self._missing = 0

    def free(self, folder: str, name: str) -> str:
        """Return the name in the archive, which no other has on any system."""
        shown = portable(name)
        stem, dot, ending = shown.rpartition(".")
        candidate, number = folder + shown, 1
        while folded(candidate) in self._names:
            number += 1
            candidate = f"{folder}{stem or shown} ({number}){dot if stem else ''}{ending if stem else ''}"
        self._names.add(folded(candidate))
        return candidate

    def anything(self, opened: int, name: str, shown: str, depth: int) -> None:
        status = os.fstat(opened)
        if stat.S_ISDIR(status.st_mode):
            self._folder(opened, f"{name}/" if name else "", shown, depth)
        elif len(self._archive.filelist) >= MOST:
            self.leave_out(shown, f"an archive holds at most {MOST} files")
        else:
            self._file(opened, name, status, shown)

    def leave_out(self, shown: str, why: str) -> None:
        """Remember for the note what does not go in."""
        self._missing += 1
        if len(self._left_out) < MOST_NAMED:
            self._left_out.append(f"{ascii(shown)[1:-1]}: {why}")

    def note(self) -> None:
        """Write the note, if anything was left out."""
        if not self._missing:
            return
        more = self._missing - len(self._left_out)
        lines = ["These are not in this archive:", "", *self._left_out, *([f"… and {more} more"] if more else [])]
        self._archive.writestr(_info(self.free("", NOTE), 0.0), "\r\n".join(lines) + "\r\n")

    def _folder(self, opened: int, name: str, shown: str, depth: int) -> None:
        if name:
            self._archive.writestr(_info(name, os.fstat(opened).st_mtime), b"")
        for inner in sorted(os.listdir(opened)):
            inside = f"{shown}/{inner}" if shown else inner
            if is_hidden(inner):
                continue
            if depth == 0:
                self.leave_out(inside, "it is nested too deeply")
                continue
            try:
                self._child(opened, inner, name, inside, depth)
            except OSError:
                self.leave_out(inside, "it could not be read")

    def _child(self, folder: int, inner: str, name: str, shown: str, depth: int) -> None:
        mode = os.stat(inner, dir_fd=folder, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            self.leave_out(shown, "it is a link")
        elif not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            self.leave_out(shown, "it is no ordinary file")
        else:
            flags = READ_FOLDER if stat.S_ISDIR(mode) else os.O_RDONLY
            with child(folder, inner, flags) as opened:
                self.anything(opened, self.free(name, inner), shown, depth - 1)

    def _file(self, opened: int, name: str, status: os.stat_result, shown: str) -> None:
        if not stat.S_ISREG(status.st_mode):
            self.leave_out(shown, "it is no ordinary file")
            return
        left = status.st_size  # a file may grow while it is read: what it had at first is what is kept
        with self._archive.open(_info(name, status.st_mtime), "w", force_zip64=left >= LARGE) as target:
            while left > 0 and (chunk := os.read(opened, min(PIECE, left))):
                target.write(chunk)
                left -= len(chunk)


def _info(name: str, modified: float) -> zipfile.ZipInfo:
    moment = EARLIEST
    with suppress(ValueError, OverflowError, OSError):
        moment = max(EARLIEST, time.gmtime(modified)[:6])
    info = zipfile.ZipInfo(name, moment if moment[0] <= 2107 else EARLIEST)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = ((stat.S_IFDIR | 0o755) << 16 | 0x10) if name.endswith("/") else (stat.S_IFREG | 0o644) << 16
    return info
