"""How the runner calls the student's code: as the only frame of ours below it.

What the runner does is a generator that yields steps; the outermost frame of the process, which has no module,
takes each of them and calls it. `traceback.print_stack()`, the debugger and the depth of a recursion show no more of us.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass

Step = tuple[Callable[..., object], tuple[object, ...]]
"""What is called in the outermost frame, and with what; a function of the interpreter, so that it adds no frame."""
INSPECT = {"PYTHONINSPECT": "1"}
"""With it in its environment an interpreter lets us see `exit()` at the prompt before it ends; the runner removes it."""
_LOOP = """
outcome = None
while True:
    try:
        while True:
            try:
                step = work.send(outcome)
                outcome = [step[0](*step[1]), None]
            except BaseException as error:
                outcome = [None, error]
                if work.gi_frame is None:
                    import os, traceback
                    traceback.print_exc()
                    os._exit(70)
            step = None
    except KeyboardInterrupt:
        pass
"""
"""An interrupt may come between any two instructions, also of the loop itself: it goes on."""


def boot(code: str, begin: str) -> str:
    """Return what `python -c` runs: with the folder `code` first in `sys.path`, `begin`, which must make the generator `work`."""
    return f"import sys; sys.path[:1] = [{code!r}]; {begin}{_LOOP}"


@dataclass
class Outcome:
    """What came of a step."""

    value: object = None
    error: BaseException | None = None


Work = Generator[Step, list[object], None]


def taken(sent: list[object]) -> Outcome:
    """Take an outcome from the outermost frame, which then holds nothing of it any more."""
    value, error = sent or (None, KeyboardInterrupt())  # it came before the outcome was noted
    sent.clear()
    return Outcome(value, error if isinstance(error, BaseException) else None)
