"""Crashes hard: no core file may fill a disk or leave the sandbox."""
import ctypes, os
from attempt import allowed
def crash():
    child = os.fork()
    if child == 0:
        ctypes.string_at(0)
    return os.WCOREDUMP(os.waitpid(child, 0)[1])
allowed("a core dump is written", crash)
allowed("a core file lies here", lambda: [name for name in os.listdir(".") if name.startswith("core") and not name.endswith(".py")] or None)
