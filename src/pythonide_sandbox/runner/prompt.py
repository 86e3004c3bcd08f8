"""The `>>>` prompt with the script's variables."""

import code
import sys
import types
import warnings
from collections.abc import Callable

from pythonide_sandbox.runner.script import exit_code, show_error
from pythonide_sandbox.runner.streams import flush_standard_streams

try:
    import readline
    import rlcompleter
except ImportError:  # an interpreter built without it: the terminal's own line editing remains
    readline = rlcompleter = None


class Prompt(code.InteractiveConsole):
    """Python's own prompt; `after` is called when a command is done."""

    def __init__(self, names: dict[str, object], after: Callable[[], None]) -> None:
        super().__init__(names, filename="<stdin>")
        self._after = after

    def runcode(self, code: types.CodeType) -> None:
        """Run one command; `exit()` leaves the prompt."""
        try:
            exec(code, self.locals)
        except SystemExit:
            raise
        except BaseException as error:
            trace = error.__traceback__
            error.__traceback__ = trace.tb_next if trace is not None else None
            show_error(error)
        self._after()


def prepare_lines() -> None:
    """Set up line editing: completion of names by Tab, no marks around pasted text."""
    if readline is None:
        return
    if "libedit" in (readline.__doc__ or ""):
        readline.parse_and_bind("bind ^I rl_complete")
    else:
        readline.parse_and_bind("set enable-bracketed-paste off")
        readline.parse_and_bind("tab: complete")


def converse(main: types.ModuleType, after: Callable[[], None]) -> int:
    """Read and run commands until Ctrl+D or `exit()`; return the exit code."""
    sys.ps1, sys.ps2 = getattr(sys, "ps1", ">>> "), getattr(sys, "ps2", "... ")
    if readline is not None and rlcompleter is not None:
        readline.set_completer(rlcompleter.Completer(main.__dict__).complete)
    sys.modules.setdefault("warnings", warnings)  # the compiler of `code` looks it up there at every line
    prompt = Prompt(main.__dict__, after)
    while True:
        try:
            prompt.interact(banner="", exitmsg="")
        except SystemExit as end:
            return exit_code(end)
        except KeyboardInterrupt:  # it came between two commands
            prompt.resetbuffer()
            print("\nKeyboardInterrupt", file=sys.stderr)
            continue
        finally:
            flush_standard_streams()
        return 0
