"""Output logs and deadlines, each against the plainest model of it."""

from hypothesis import settings

from tests.model.expiry_machine import ExpiryMachine
from tests.model.input_machine import InputMachine
from tests.model.output_machine import OutputMachine

TestOutput = OutputMachine.TestCase
TestOutput.settings = settings(max_examples=100, stateful_step_count=40, deadline=None, database=None)
TestExpiry = ExpiryMachine.TestCase
TestExpiry.settings = settings(max_examples=300, stateful_step_count=30, deadline=None, database=None)
TestInput = InputMachine.TestCase
TestInput.settings = settings(max_examples=100, stateful_step_count=40, deadline=None, database=None)
