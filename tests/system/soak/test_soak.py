"""The soak in its short form, and its judgement: growth and leftovers are found, an ordinary day is not accused."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.soak import FEWEST_ROUNDS, Look, complaints, soak
from tools.demo_server import demo_server

CALM = Look(
    runs=30,
    server_megabytes=90,
    launcher_megabytes=12,
    server_descriptors=40,
    launcher_descriptors=60,
    processes=30,
    groups=40,
    zombies=0,
    left=0,
)
ROUNDS = 12
SECONDS = 40


def day(**a_round: float) -> list[Look]:
    """Return the looks of a day on which these numbers grow each round."""
    return [
        replace(CALM, **{name: getattr(CALM, name) + grows * number for name, grows in a_round.items()})
        for number in range(ROUNDS)
    ]


def test_a_calm_day_is_no_fault() -> None:
    assert complaints(day(runs=30)) == []
    assert complaints([replace(CALM, processes=CALM.processes + number % 3) for number in range(ROUNDS)]) == []


@pytest.mark.parametrize(
    ("name", "a_round"),
    [
        ("server_megabytes", 3),
        ("launcher_megabytes", 3),
        ("server_descriptors", 2),
        ("launcher_descriptors", 2),
        ("processes", 2),
        ("groups", 2),
    ],
)
def test_whatever_grows_is_named(name: str, a_round: float) -> None:
    (found,) = complaints(day(**{name: a_round}))
    assert name in found


def test_what_was_left_even_once_is_named() -> None:
    looks = day()
    looks[3] = replace(CALM, left=1)
    looks[5] = replace(CALM, zombies=2)
    assert len(complaints(looks)) == 2


def test_too_few_rounds_prove_nothing() -> None:
    assert "too few" in complaints(day()[: FEWEST_ROUNDS - 1])[0]


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_class_that_works_for_a_while_leaves_and_grows_nothing(tmp_path: Path) -> None:
    with demo_server(tmp_path / "data", PYTHONIDE_DEMO_STUDENTS="4") as server:
        looks = asyncio.run(soak(server, SECONDS, print))
    assert complaints(looks) == []
    assert looks[-1].runs >= FEWEST_ROUNDS * 4
