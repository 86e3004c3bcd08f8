"""Every rule of tools/lint fires on its bad examples and keeps silent on its good ones."""

from itertools import chain

import pytest

from tools.lint.__main__ import RULES
from tools.lint.engine import Example, Rule

BAD = [pytest.param(rule, example, id=f"{rule.name}-{i}") for rule in RULES for i, example in enumerate(rule.bad)]
GOOD = [pytest.param(rule, example, id=f"{rule.name}-{i}") for rule in RULES for i, example in enumerate(rule.good)]


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_fires(rule: Rule, example: Example) -> None:
    assert list(rule.check(example.module()))


@pytest.mark.parametrize(("rule", "example"), GOOD)
def test_keeps_silent(rule: Rule, example: Example) -> None:
    assert not list(rule.check(example.module()))


def test_every_rule_has_examples_and_a_reason() -> None:
    for rule in RULES:
        assert rule.bad, rule.name
        assert rule.good, rule.name
        assert rule.because.endswith("."), rule.name


def test_names_are_unique() -> None:
    names = [rule.name for rule in chain(RULES)]
    assert len(names) == len(set(names))
