"""Row 4 and row 21: whatever is interleaved, everything ends once, in time, for the first reason."""

from hypothesis import HealthCheck, settings

from tests.model.run_machine import RunMachine

TestRuns = RunMachine.TestCase
TestRuns.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    report_multiple_bugs=False,
    database=None,
    suppress_health_check=list(HealthCheck),
)
