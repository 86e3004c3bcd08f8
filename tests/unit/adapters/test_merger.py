"""How the merger makes a change of a document out of what a program wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc, Text

from pythonide.adapters.merger import texts
from pythonide.adapters.merger.difference import difference

words = st.text("ab\né😀", max_size=40)


def applied(updates: list[bytes]) -> str:
    document = Doc[Text]()
    texts.apply(document, updates)
    return str(document.get(texts.ROOT, type=Text))


def log_of(*states: str) -> list[bytes]:
    """Return one update for each state, each made on top of the one before."""
    updates = [texts.begin(states[0])]
    for state in states[1:]:
        led = texts.merge(updates, [(len(updates), ())], state)
        updates.append(led.update or b"")
    return updates


@given(words, words)
def test_the_edits_make_the_new_text_of_the_old_one(old: str, new: str) -> None:
    made = old
    for edit in reversed(difference(old, new)):
        made = made[: edit.start] + edit.text + made[edit.end :]
    assert made == new


@given(words, words)
def test_the_update_makes_the_new_text_of_the_old_document(old: str, new: str) -> None:
    updates = [texts.begin(old)]
    led = texts.merge(updates, [(1, ())], new)
    assert (led.update is None) == (old == new)
    assert applied([*updates, led.update or b""]) == new


def test_a_large_text_that_has_nothing_in_common_is_compared_in_no_time() -> None:
    edits = difference("a\n" * 20_000, "b\n" * 20_000)
    assert len(edits) == 1


@pytest.mark.parametrize(
    ("states", "written", "merged"),
    [
        pytest.param(
            ("one\n", "one\ntyped\n"), "one\nprogram\n", {"typed", "program"}, id="a program with a stale copy"
        ),
        pytest.param(("a1\n", "a1\nw6-x \n"), "a1\nw8-x \nw10-x \n", {"a1", "w6-x", "w8-x", "w10-x"}, id="alike words"),
        pytest.param(
            ("start", "start with a long line", "start with a long line of words"),
            "start with a long line\nprogram\n",
            {"start", "with", "a", "long", "line", "of", "words", "program"},
            id="a long line",
        ),
        pytest.param(("", "before"), "after", {"after"}, id="something else altogether"),
        pytest.param(("", "before"), "", set(), id="emptied"),
        pytest.param(("one\n", "one\ntyped\n"), "one\ntyped\nprogram\n", {"typed", "program"}, id="the newest"),
    ],
)
def test_the_state_that_a_program_had_read(states: tuple[str, ...], written: str, merged: set[str]) -> None:
    updates = log_of(*states)
    led = texts.merge(updates, [(count, ()) for count in range(len(updates), 0, -1)], written)
    text = applied([*updates, led.update or b""])
    assert set(text.split()) - {"one"} == merged


def test_a_file_that_is_ahead_of_what_is_known_of_it_is_no_change() -> None:
    """A page made the file anew from the text that it shows."""
    updates = log_of("one ", "one two ", "one two three ")
    led = texts.merge(updates, [(1, ())], "one two ")
    assert (led.base, led.update) == ((2, ()), None)


def test_what_is_remembered_is_only_used_where_it_fits() -> None:
    memory = texts.Memory()
    first, second = log_of("one ", "one two ")
    assert memory.render("a", 1, [second]).text is None
    assert memory.render("a", 0, [first]).text == "one "
    assert memory.render("a", 2, []).text is None
    assert memory.render("a", 0, [first, b"\xff\xff\xff", second]).unreadable == [1]
    assert memory.render("a", 3, []).text == "one two "
