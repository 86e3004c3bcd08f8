"""The tree of a workspace under any interleaving of pages, programs and uploads, on real files."""

from hypothesis import HealthCheck, settings

from tests.model.tree_machine import TreeMachine

TestTrees = TreeMachine.TestCase
TestTrees.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    report_multiple_bugs=False,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
