"""Decisions undone, one at a time: what to replace in the product, and the proof that must then fail, with these words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Undoing:
    """One small patch to a copy of the product."""

    of: str
    """The row of docs/explanation/failure-modes.md, or the requirement of SECURITY.md."""
    file: str
    old: str
    new: str
    proof: str
    """A test, as pytest names it."""
    fails_as: str
    """What the failing test says."""


CLASS = "tests/system/class_of_thirty/test_class.py::test_thirty_students_at_once"

UNDOINGS = (
    Undoing(
        "output streams",
        "src/pythonide/adapters/sandbox/process.py",
        "        while not self._events:\n",
        "        while not any(isinstance(event, Waiting) for event in self._events) and not (self._drained and self._events):\n",
        CLASS,
        "TimeoutError",
    ),
    Undoing(
        "row 14, control groups",
        "src/pythonide_sandbox/launcher.py",
        "if run.group is not None and not run.group.remove():",
        "if run.group is not None and not run.group:",
        CLASS,
        "Left(groups=",
    ),
    Undoing(
        "row 14, descriptors of the server",
        "src/pythonide/adapters/sandbox/process.py",
        "        os.close(self._master)\n",
        "",
        CLASS,
        "['opened']",
    ),
    Undoing(
        "row 14, descriptors of the launcher",
        "src/pythonide_sandbox/runs.py",
        "        self.control.close()\n",
        "        self.control.detach()\n",
        CLASS,
        "['opened']",
    ),
)
