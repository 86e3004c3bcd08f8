"""The cold path: a fresh interpreter in the same sandbox, for scripts whose files shadow modules that are warm.

A `random.py` beside the script must be what `import random` finds, also for packages that were imported long ago.
"""

import os
import sys
from typing import NoReturn

CODE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BOOT = (
    "import sys; before = set(sys.modules); sys.path[:1] = [{code!r}]; "
    "from pythonide_sandbox.runner import serve_cold; serve_cold({descriptor}, before)"
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


def start_cold(descriptor: int) -> NoReturn:
    """Replace this process by a fresh interpreter that goes on with the channel `descriptor`."""
    os.set_inheritable(descriptor, True)
    os.execv(sys.executable, [sys.executable, "-c", BOOT.format(code=CODE, descriptor=descriptor)])
