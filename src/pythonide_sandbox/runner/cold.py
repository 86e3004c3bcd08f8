"""The cold path: a fresh interpreter in the same sandbox, for scripts whose files shadow modules that are warm.

A `random.py` beside the script must be what `import random` finds, also for packages that were imported long ago.
"""

import os
import sys
from typing import NoReturn

from pythonide_sandbox.steps import INSPECT, boot

CODE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_BEGIN = (
    "before = set(sys.modules); from pythonide_sandbox.runner import serve_cold; "
    "work = serve_cold({descriptor}, before)"
)
_SUFFIXES = (".py", ".pyc", ".so")


def shadowed(folder: str, warm: frozenset[str]) -> bool:
    """Tell whether a file or folder there has the name of a module that only a warm interpreter has imported."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries]
    except OSError:
        return False
    return any(name.partition(".")[0] in warm for name in names if name.endswith(_SUFFIXES) or "." not in name)


def start_cold(descriptor: int, *, interactive: bool) -> NoReturn:
    """Replace this process by a fresh interpreter that goes on with the channel `descriptor`."""
    os.set_inheritable(descriptor, True)
    if interactive:
        os.environ.update(
            INSPECT
        )  # not otherwise: with it the interpreter imports more before the script, as with `-i`
    os.execv(sys.executable, [sys.executable, "-c", boot(CODE, _BEGIN.format(descriptor=descriptor))])
