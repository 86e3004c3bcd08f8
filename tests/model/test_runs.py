"""Row 4 and row 21: whatever is interleaved, everything ends once, in time, for the first reason."""

from hypothesis import HealthCheck, settings

from tests.model.run_machine import PromptMachine, RunMachine

SEARCH = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    report_multiple_bugs=False,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)

TestRuns = RunMachine.TestCase
TestRuns.settings = SEARCH
TestPrompts = PromptMachine.TestCase
TestPrompts.settings = SEARCH
