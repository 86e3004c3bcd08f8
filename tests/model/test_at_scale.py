"""Rows 4 and 21 at scale: the same machines as in every `make test`, with more lives, each twice as long."""

import pytest
from hypothesis import HealthCheck, settings

from tests.model.expiry_machine import ExpiryMachine
from tests.model.input_machine import InputMachine
from tests.model.run_machine import PromptMachine, RunMachine, StubbornMachine

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

LONG = settings(
    max_examples=50,
    stateful_step_count=60,
    deadline=None,
    report_multiple_bugs=False,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
MANY = settings(max_examples=300, stateful_step_count=60, deadline=None, database=None)


class Runs(RunMachine):
    """Of its own, as are the others: a machine has one set of settings, which the short tests use."""


class Prompts(PromptMachine):
    """Prompts."""


class Stubborn(StubbornMachine):
    """Deaf programs."""


class Deadlines(ExpiryMachine):
    """Deadlines."""


class Typing(InputMachine):
    """What is typed."""


TestRuns = Runs.TestCase
TestRuns.settings = LONG
TestPrompts = Prompts.TestCase
TestPrompts.settings = LONG
TestStubborn = Stubborn.TestCase
TestStubborn.settings = LONG
TestDeadlines = Deadlines.TestCase
TestDeadlines.settings = MANY
TestTyping = Typing.TestCase
TestTyping.settings = MANY
