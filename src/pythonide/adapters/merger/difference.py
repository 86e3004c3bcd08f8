"""What was changed from one text to another, as a person would say it: lines first, characters within lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_LINE_PAIRS = 4_000_000
"""Beyond this, one piece is replaced as a whole: comparing every line with every other would take seconds."""
MOST_CHARACTER_PAIRS = 250_000
WORDS = re.compile(r"\S+|\s")


@dataclass(frozen=True)
class Edit:
    """Replace the characters from `start` to `end` of the old text."""

    start: int
    end: int
    text: str

    @property
    def cost(self) -> int:
        """How many characters it takes."""
        return self.end - self.start + len(self.text)


def difference(old: str, new: str) -> list[Edit]:
    """Return the edits that make `new` of `old`, from first to last, none touching another."""
    start = _common(old, new)
    tail = _common(old[start:][::-1], new[start:][::-1])
    before, after = old[start : len(old) - tail], new[start : len(new) - tail]
    return [edit for edit in _by_lines(before, after, start) if edit.cost]


def distance(old: str, new: str) -> int:
    """Return how many characters the words have that differ: letters that happen to be alike bring no texts nearer."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return sum(
        _between("".join(before[old_from:old_to]), "".join(after[new_from:new_to]))
        for old_from, old_to, new_from, new_to in _changes(before, after, MOST_LINE_PAIRS)
    )


def _between(old: str, new: str) -> int:
    before, after = WORDS.findall(old), WORDS.findall(new)
    return sum(
        len("".join(before[old_from:old_to])) + len("".join(after[new_from:new_to]))
        for old_from, old_to, new_from, new_to in _changes(before, after, MOST_CHARACTER_PAIRS)
    )


def _changes(before: list[str], after: list[str], most: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the parts that differ; all of it where comparing would take too long."""
    if len(before) * len(after) > most:
        yield 0, len(before), 0, len(after)
        return
    for tag, *part in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield part[0], part[1], part[2], part[3]


def _common(one: str, other: str) -> int:
    """Return the length of the common beginning, by halving: comparing slices is fast."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _by_lines(before: str, after: str, offset: int) -> Iterator[Edit]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) * len(new) > MOST_LINE_PAIRS:
        yield Edit(offset, offset + len(before), after)
        return
    places = _places(old, offset)
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from _by_characters("".join(old[old_from:old_to]), "".join(new[new_from:new_to]), places[old_from])


def _places(lines: list[str], offset: int) -> list[int]:
    places = [offset]
    for line in lines:
        places.append(places[-1] + len(line))
    return places


def _by_characters(before: str, after: str, offset: int) -> Iterator[Edit]:
    if len(before) * len(after) > MOST_CHARACTER_PAIRS:
        yield Edit(offset, offset + len(before), after)
        return
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Edit(offset + old_from, offset + old_to, after[new_from:new_to])
