"""Texts are what the reference says, whatever happens in whatever order."""

import pytest
from hypothesis import HealthCheck, settings

from tests.model.documents_machine import DocumentsMachine

CALM = [HealthCheck.too_slow, HealthCheck.data_too_large]


class ShortMachine(DocumentsMachine):
    pass


class LongMachine(DocumentsMachine):
    pass


TestDocuments = ShortMachine.TestCase
TestDocuments.settings = settings(max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=CALM)

TestDocumentsAtLength = pytest.mark.timeout(1200)(pytest.mark.long(LongMachine.TestCase))
TestDocumentsAtLength.settings = settings(
    max_examples=1000, stateful_step_count=60, deadline=None, suppress_health_check=CALM
)
