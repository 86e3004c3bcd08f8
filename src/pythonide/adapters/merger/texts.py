"""Documents as pycrdt has them. No observers: one that is not removed keeps its document for ever.

pycrdt counts bytes of UTF-8, Yjs counts UTF-16: here everything is cut at characters.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pycrdt import Doc, Text

from pythonide.adapters.merger.difference import Edit, difference, distance
from pythonide.adapters.merger.wire import Led, Place, Shown

ROOT = "text"
"""The name of the text in a document; the page has the same."""
REMEMBERED = 100
"""Documents kept in memory, half a megabyte each; the longest unused is forgotten."""


def begin(text: str) -> bytes:
    """Return the update that makes `text` out of nothing."""
    document = Doc[Text]()
    root = _root(document)
    root += text
    return document.get_update()


def merge(updates: Sequence[bytes], bases: Sequence[Place], text: str) -> Led:
    """Return the update that leads from the nearest base to `text`: of equally near ones the first, which is the newest.

    A state after the first base that is `text` exactly comes before: a page may have made the file anew from what it shows.
    """
    ahead = _reached(updates, bases[0][0], text)
    if ahead is not None:
        return Led((ahead, ()), None)
    newest, *older = (_way(updates, base, text) for base in bases)
    best = min([newest, *(way for way in older if way.grew_into_it)], key=lambda way: way.distance)
    return Led(best.base, _change(best.document, best.edits) if best.edits else None)


@dataclass(frozen=True)
class _Way:
    base: Place
    document: Doc[Text]
    edits: list[Edit]
    distance: int

    @property
    def grew_into_it(self) -> bool:
        """Whether at least half of the base is still there: else the text was not made out of it, however short the way."""
        size = len(str(_root(self.document)))
        kept = size - sum(edit.end - edit.start for edit in self.edits)
        return kept > 0 and 2 * kept >= size


def _way(updates: Sequence[bytes], base: Place, text: str) -> _Way:
    document = Doc[Text]()
    count, extra = base
    apply(document, (*updates[:count], *(updates[place] for place in extra)))
    before = str(_root(document))
    return _Way(base, document, difference(before, text), distance(before, text))


def _reached(updates: Sequence[bytes], first: int, text: str) -> int | None:
    """Return after how many updates, at least `first`, the text is this one."""
    document = Doc[Text]()
    apply(document, updates[:first])
    for count in range(first, len(updates) + 1):
        if count > first:
            apply(document, updates[count - 1 : count])
        if str(_root(document)) == text:
            return count
    return None


def apply(document: Doc[Text], updates: Iterable[bytes]) -> list[int]:
    """Add updates in order; return the positions of those that are none. Empty ones were taken out of the log."""
    unreadable: list[int] = []
    for position, update in enumerate(updates):
        try:
            if update:
                document.apply_update(update)
        except ValueError:
            unreadable.append(position)
    return unreadable


class Memory:
    """The documents that were rendered last, and how many updates each has."""

    def __init__(self) -> None:
        self._documents: OrderedDict[str, tuple[Doc[Text], int]] = OrderedDict()

    def render(self, name: str, after: int, updates: Sequence[bytes]) -> Shown:
        """Return the text with `updates` added."""
        document, count = self._documents.pop(name, (None, 0)) if after else (Doc[Text](), 0)
        if document is None or count != after:
            return Shown(None, [])
        unreadable = apply(document, updates)
        self._documents[name] = (document, after + len(updates))
        if len(self._documents) > REMEMBERED:
            self._documents.popitem(last=False)
        return Shown(str(_root(document)), unreadable)


def _root(document: Doc[Text]) -> Text:
    return document.get(ROOT, type=Text)


def _change(document: Doc[Text], edits: Sequence[Edit]) -> bytes:
    """Make the edits, last one first so that places before them stay, and return what they add to the document."""
    before, root = document.get_state(), _root(document)
    text = str(root)
    with document.transaction():
        for edit in reversed(edits):
            start = len(text[: edit.start].encode())
            end = start + len(text[edit.start : edit.end].encode())
            if end > start:
                del root[start:end]
            if edit.text:
                root.insert(start, edit.text)
    return document.get_update(before)
