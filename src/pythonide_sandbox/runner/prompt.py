"""The `>>>` prompt with the script's variables: the interpreter's own, one command at a time."""

import sys
import types
from collections.abc import Callable, Generator
from typing import NoReturn

from pythonide_sandbox.runner import native
from pythonide_sandbox.runner.script import exit_code, show_error
from pythonide_sandbox.steps import Step, taken
from pythonide_sandbox.runner.streams import flush_standard_streams

try:
    import readline
    import rlcompleter
except ImportError:  # an interpreter built without it: the terminal's own line editing remains
    readline = rlcompleter = None

Leave = Callable[[int], NoReturn]
_built_in_hook = sys.excepthook


def prepare_lines() -> None:
    """Set up line editing: completion of names by Tab, no marks around pasted text."""
    if readline is None:
        return
    if "libedit" in (readline.__doc__ or ""):
        readline.parse_and_bind("bind ^I rl_complete")
    else:
        readline.parse_and_bind("set enable-bracketed-paste off")
        readline.parse_and_bind("tab: complete")


def converse(main: types.ModuleType, after: Callable[[], None], leave: Leave) -> Generator[Step, list[object], int]:
    """Read and run commands until Ctrl+D; return the exit code. `exit()` calls `leave`, `after` follows each command."""
    sys.ps1, sys.ps2 = getattr(sys, "ps1", ">>> "), getattr(sys, "ps2", "... ")
    if readline is not None and rlcompleter is not None:
        readline.set_completer(rlcompleter.Completer(main.__dict__).complete)
    sys.addaudithook(_exits(leave))
    del main
    flags = native.CompilerFlags(0, sys.version_info.minor)
    while True:
        outcome = taken((yield native.command(flags)))
        try:
            after()
            flush_standard_streams()
        except KeyboardInterrupt:  # it came between two commands
            print("\nKeyboardInterrupt", file=sys.stderr)
        if outcome.value == native.END_OF_FILE:
            return 0


def _exits(leave: Leave) -> Callable[[str, tuple[object, ...]], None]:
    """Return an audit hook that sees errors at the prompt before they are shown, and leaves at a `SystemExit`."""

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        if event != "sys.excepthook":
            return
        hook, error = arguments[0], arguments[2]
        if isinstance(error, SystemExit):
            leave(exit_code(error))
        if hook not in (None, _built_in_hook):
            try:
                show_error(error if isinstance(error, BaseException) else None)
            except SystemExit as end:
                leave(exit_code(end))
            raise RuntimeError  # it has been shown

    return audit
