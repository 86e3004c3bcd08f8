"""Names that travel: which new ones are sensible, which are free, and how any name is exported to other systems."""

import unicodedata
from collections.abc import Callable

from pythonide.domain.errors import InvalidNameError
from pythonide.domain.paths import MAX_NAME_BYTES, WorkspacePath

RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10)))
)
"""Names that Windows keeps for devices, whatever their ending."""
AWKWARD = frozenset('<>:"|?*')
"""Signs that other systems refuse in names."""
TEMPORARY = ".pythonide-"
"""Prefix of files that are being written; never listed, and nobody else's to use."""
HIDDEN = frozenset({"__pycache__"})
"""Folders that Python makes and nobody looks for."""
MAX_STEM = 120
"""Bytes of a name that are kept when a mark is added to it."""
MAX_ENDING = 20


def check_new_name(path: WorkspacePath) -> None:
    """Raise `InvalidNameError` for a name that would not survive a download to another system; `details["reason"]` is a stable word."""
    name = path.name
    if name.partition(".")[0].casefold() in RESERVED:
        raise InvalidNameError("This name is reserved on Windows; please choose another.", name=name, reason="reserved")
    if name.endswith(".") or AWKWARD.intersection(name):
        raise InvalidNameError(
            'A name cannot end with a dot or contain any of < > : " | ? *', name=name, reason="awkward"
        )
    if name in HIDDEN or name.startswith(TEMPORARY):
        raise InvalidNameError("This name is kept for the system; please choose another.", name=name, reason="system")


def folded(name: str) -> str:
    """Return what two names share that other systems take for one: upper and lower case, and ways to write a letter."""
    return unicodedata.normalize("NFC", name.casefold())


def free_path(path: WorkspacePath, taken: Callable[[WorkspacePath], bool], word: str) -> WorkspacePath:
    """Return `path`, or the first of `a (word).py`, `a (word 2).py` … that is not taken."""
    stem, dot, ending = path.name.rpartition(".")
    if not stem:
        stem, dot, ending = path.name, "", ""
    candidate, number = path, 0
    while taken(candidate):
        number += 1
        mark = word if number == 1 else f"{word} {number}"
        candidate = path.parent.child(f"{_cut(stem, MAX_STEM)} ({mark}){dot}{_cut(ending, MAX_ENDING)}")
    return candidate


def portable(name: str) -> str:
    """Return the name under which a file can be written on any system; one that a program made may be anything."""
    shown = "".join("_" if _odd(character) else character for character in unicodedata.normalize("NFC", name))
    shown = shown.strip().rstrip(".")
    shown = _cut(shown, MAX_NAME_BYTES)
    if shown.partition(".")[0].casefold() in RESERVED:
        shown = f"_{shown}"
    return shown or "_"


def _odd(character: str) -> bool:
    return (
        character in AWKWARD
        or character in "/\\"
        or unicodedata.category(character) in ("Cc", "Cs", "Cf", "Cn", "Co", "Zl", "Zp")
    )


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore").rstrip()
