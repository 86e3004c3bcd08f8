"""Every subject that attackers are known for has programs, and figures that mean harm reach no page."""

from pathlib import Path

import anyio
import pytest

from pythonide.adapters.sandbox.channel import MAX_TEXT
from pythonide.ports import Output, Plot
from tests.hostile.ground import PROGRAMS, Ground
from tests.hostile.subjects import SUBJECTS, Subject

LEAST = 80
"""Hostile programs there are to be."""


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.what)
def test_every_subject_has_its_programs(subject: Subject) -> None:
    assert subject.programs
    for name in subject.programs:
        text = (PROGRAMS / f"{name}.py").read_text(encoding="utf-8")
        assert [word for word in subject.words if word not in text] == [], name


def test_there_are_as_many_programs_as_promised() -> None:
    assert len([path for path in Path(PROGRAMS).glob("*.py") if path.stem != "attempt"]) >= LEAST


async def test_of_figures_only_pictures_of_a_sane_size_pass(ground: Ground) -> None:
    """An SVG, HTML, a PNG that would unpack to gigabytes are dropped; what is said about the rest is cut, plain text."""
    plots, output = list[Plot](), b""
    with anyio.fail_after(60):
        async with ground.running("scripting_figures", workspace=ground.new_workspace()) as process:
            while (event := await process.receive()) is not None:
                plots += [event] if isinstance(event, Plot) else []
                output += event.data if isinstance(event, Output) else b""
    assert b"SENT" in output
    (plot,) = plots
    assert (plot.width, plot.height) == (4, 4)
    assert plot.png.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(plot.alternative) == MAX_TEXT
