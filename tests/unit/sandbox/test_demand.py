"""How many sandboxes are kept ready: as many as there were programs, for a while, and never without bound."""

from pythonide_sandbox.demand import Demand


def demand() -> Demand:
    return Demand(least=4, most=32, seconds=300.0)


def test_few_while_nobody_runs_anything() -> None:
    assert demand().wanted(0, 0.0) == 4
    assert demand().wanted(3, 0.0) == 4


def test_a_class_finds_as_many_as_it_has_programs() -> None:
    assert demand().wanted(25, 0.0) == 25
    assert demand().wanted(150, 0.0) == 32


def test_they_are_kept_for_a_while_after_the_class_has_gone() -> None:
    kept = demand()
    kept.wanted(25, 0.0)
    kept.wanted(30, 100.0)
    assert kept.wanted(0, 399.0) == 30
    assert kept.falls_at(399.0) == 400.0
    assert kept.wanted(2, 400.0) == 4
    assert kept.falls_at(400.0) is None


def test_a_smaller_class_is_noticed() -> None:
    kept = demand()
    kept.wanted(30, 0.0)
    kept.wanted(9, 10.0)
    assert kept.wanted(9, 300.0) == 9
    assert kept.wanted(8, 301.0) == 9


def test_short_memory_gives_all_but_the_least_back() -> None:
    kept = demand()
    kept.wanted(30, 0.0)
    kept.memory_is_short(1.0)
    assert kept.wanted(30, 300.0) == 4
    assert kept.falls_at(300.0) == 301.0
    assert kept.wanted(30, 301.0) == 30


def test_most_is_never_below_least() -> None:
    assert Demand(least=4, most=0, seconds=300.0).wanted(9, 0.0) == 4
