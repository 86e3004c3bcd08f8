"""Rows 4 and 21 at scale: the same machines as in every `make test`, with many times as many lives, each twice as long."""

import pytest
from hypothesis import HealthCheck, settings

from tests.model.expiry_machine import ExpiryMachine
from tests.model.input_machine import InputMachine
from tests.model.run_machine import PromptMachine, RunMachine, StubbornMachine

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

LONG = settings(
    max_examples=250,
    stateful_step_count=60,
    deadline=None,
    report_multiple_bugs=False,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
MANY = settings(max_examples=4000, stateful_step_count=60, deadline=None, database=None)

TestRuns = RunMachine.TestCase
TestRuns.settings = LONG
TestPrompts = PromptMachine.TestCase
TestPrompts.settings = LONG
TestStubborn = StubbornMachine.TestCase
TestStubborn.settings = LONG
TestExpiry = ExpiryMachine.TestCase
TestExpiry.settings = MANY
TestInput = InputMachine.TestCase
TestInput.settings = MANY
