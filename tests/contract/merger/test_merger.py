"""The merger, called and as a process of its own, also when that dies or falls silent."""

import sys
from collections.abc import AsyncIterator

import pytest

from pythonide.adapters.merger import process
from pythonide.adapters.merger.process import MergerProcess, open_merger
from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import DocumentId
from pythonide.ports import Merger, Rendered, State
from tests.fakes.merger import DirectMerger

pytestmark = pytest.mark.anyio
ONE = DocumentId("1" * 32)


@pytest.fixture(params=["direct", "process"])
async def merger(request: pytest.FixtureRequest, leaks: None) -> AsyncIterator[Merger]:
    if request.param == "direct":
        yield DirectMerger()
        return
    async with open_merger() as merger:
        yield merger


async def test_a_text_from_its_beginning_to_a_change_by_a_program(merger: Merger) -> None:
    first = await merger.begin("é one\n")
    assert await merger.render(ONE, 0, [first]) == Rendered("é one\n")
    merged = await merger.merge([first], [State(1)], "é one\n😀 two\n")
    assert merged.base == State(1)
    assert merged.update is not None
    assert await merger.render(ONE, 1, [merged.update]) == Rendered("é one\n😀 two\n")
    assert await merger.render(ONE, 1, [merged.update]) is None, "it is two updates further"
    assert await merger.render(ONE, 0, [first, b"\xff\xff", merged.update]) == Rendered("é one\n😀 two\n", (1,))
    again = await merger.merge([first, merged.update], [State(2)], "é one\n😀 two\n")
    assert again.update is None


async def test_two_beginnings_are_two_texts(merger: Merger) -> None:
    """Why a document is never made anew from its file."""
    both = [await merger.begin("print(1)\n"), await merger.begin("print(1)\n")]
    assert await merger.render(ONE, 0, both) == Rendered("print(1)\nprint(1)\n")


async def test_a_child_that_dies_is_replaced_and_remembers_nothing(leaks: None) -> None:
    async with open_merger() as merger:
        first = await merger.begin("one\n")
        assert await merger.render(ONE, 0, [first]) == Rendered("one\n")
        assert merger._child is not None
        merger._child.kill()
        assert await merger.render(ONE, 1, []) is None
        assert await merger.render(ONE, 0, [first]) == Rendered("one\n")


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("import sys; sys.stdin.buffer.read()", id="silent"),
        pytest.param("import os; os._exit(1)", id="dead at once"),
        pytest.param(
            "import os; os.write(1, b'\\x00\\x00\\x00\\x05hello' * 9); import sys; sys.stdin.read()", id="garbage"
        ),
    ],
)
async def test_a_child_that_is_of_no_use_is_an_answer_too(
    program: str, leaks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "SECONDS", 0.3)
    async with open_merger((sys.executable, "-c", program)) as merger:
        assert isinstance(merger, MergerProcess)
        with pytest.raises(UnavailableError):
            await merger.begin("one\n")
