"""Paths inside a workspace: validated once, at the edge, and a type of their own after that."""

import unicodedata
from dataclasses import dataclass

from pythonide.domain.errors import InvalidNameError

MAX_NAME_BYTES = 200
"""Below the 255 of Linux file systems, with room for the suffix of a temporary file."""
MAX_DEPTH = 16
MAX_PATH_BYTES = 1024


@dataclass(frozen=True, order=True)
class WorkspacePath:
    """A relative path beneath a workspace's folder, `/`-separated, in Unicode NFC; `""` is the folder itself.

    Build it with `WorkspacePath.parse` only. Safety does not rest on this check: the kernel resolves every path beneath the open folder.
    """

    text: str

    @staticmethod
    def parse(text: str) -> "WorkspacePath":
        """Return the path, or raise `InvalidNameError` saying what is wrong with which name."""
        if text == "":
            return WorkspacePath("")
        if len(text.encode("utf-8", "surrogatepass")) > MAX_PATH_BYTES:
            raise InvalidNameError("This path is too long.", limit=MAX_PATH_BYTES, reason="long")
        names = text.split("/")
        if len(names) > MAX_DEPTH:
            raise InvalidNameError("Folders are nested too deeply.", limit=MAX_DEPTH, reason="deep")
        for name in names:
            check_name(name)
        return WorkspacePath(unicodedata.normalize("NFC", text))

    @property
    def name(self) -> str:
        """The last part."""
        return self.text.rpartition("/")[2]

    @property
    def parent(self) -> "WorkspacePath":
        """The folder that holds it; the root's parent is the root."""
        return WorkspacePath(self.text.rpartition("/")[0])

    @property
    def parents(self) -> "tuple[WorkspacePath, ...]":
        """The folders on the way to it, the workspace itself left out, the outermost first."""
        names = self.text.split("/")
        return tuple(WorkspacePath("/".join(names[:depth])) for depth in range(1, len(names)))

    def child(self, name: str) -> "WorkspacePath":
        """Return the path of `name` in this folder."""
        return WorkspacePath.parse(f"{self.text}/{name}" if self.text else name)

    def holds(self, other: "WorkspacePath") -> bool:
        """Tell whether `other` is this path or lies somewhere beneath it."""
        return not self.text or other == self or other.text.startswith(f"{self.text}/")

    def __str__(self) -> str:
        return self.text


def check_name(name: str) -> None:
    """Raise `InvalidNameError` unless `name` can be one part of a path; `details["reason"]` is a stable word."""
    if name in ("", ".", ".."):
        raise InvalidNameError("A name cannot be empty, “.” or “..”.", name=name, reason="empty")
    if name.isascii() and name.isprintable() and "/" not in name and "\\" not in name:
        _check_ends(name)  # nearly all names: worth a short way, for trees have thousands
        return
    for character in name:
        if character in "/\\\0" or unicodedata.category(character) in ("Cc", "Cs", "Cf", "Zl", "Zp"):
            raise InvalidNameError(
                "A name cannot contain slashes or invisible characters.", name=name, reason="invisible"
            )
    _check_ends(name)


def _check_ends(name: str) -> None:
    if len(name.encode()) > MAX_NAME_BYTES:
        raise InvalidNameError("This name is too long.", name=name, limit=MAX_NAME_BYTES, reason="long")
    if name != name.strip():
        raise InvalidNameError("A name cannot begin or end with a space.", name=name, reason="space")
