"""The `>>>` prompt with the script's variables: the interpreter's own, one command at a time."""

import sys
import types
from collections.abc import Callable, Generator

from pythonide_sandbox.runner import native
from pythonide_sandbox.runner.leaving import INTERRUPTED, leave
from pythonide_sandbox.runner.script import exit_code, show_error
from pythonide_sandbox.runner.streams import flush_standard_streams
from pythonide_sandbox.steps import Step, taken

try:
    import readline
    import rlcompleter
except ImportError:  # an interpreter built without it: the terminal's own line editing remains
    readline = rlcompleter = None

_built_in_hook = sys.excepthook
_LIBEDIT = readline is not None and "libedit" in (readline.__doc__ or "")


def prepare_lines() -> None:
    """Have no marks around pasted text."""
    if readline is not None and not _LIBEDIT:
        readline.parse_and_bind("set enable-bracketed-paste off")


def converse(
    main: types.ModuleType, after: Callable[[], None], *, interrupted: bool
) -> Generator[Step, list[object], int]:
    """Read and run commands until Ctrl+D; return the exit code. `exit()` ends the process, `after` follows each command."""
    sys.ps1, sys.ps2 = getattr(sys, "ps1", ">>> "), getattr(sys, "ps2", "... ")
    if readline is not None and rlcompleter is not None:
        readline.parse_and_bind("bind ^I rl_complete" if _LIBEDIT else "tab: complete")
        readline.set_completer(rlcompleter.Completer(main.__dict__).complete)
    del main
    watch = _Watch(interrupted=interrupted)
    sys.addaudithook(watch.see)
    flags = native.CompilerFlags(0, sys.version_info.minor)
    while True:
        try:
            outcome = taken((yield native.command(flags)))
            if outcome.value == native.END_OF_FILE:
                return INTERRUPTED if watch.interrupted else 0
            watch.interrupted = watch.interrupted and outcome.value != 0
            after()
            flush_standard_streams()
        except KeyboardInterrupt:  # it came between two commands
            print("\nKeyboardInterrupt", file=sys.stderr)


class _Watch:
    """Sees errors at the prompt before they are shown, by an audit hook, and leaves at a `SystemExit`."""

    def __init__(self, *, interrupted: bool) -> None:
        self.interrupted = interrupted
        """The program, or the last command that was run, ended by an interrupt; then the process ends by one as well."""

    def see(self, event: str, arguments: tuple[object, ...]) -> None:
        """Take an event."""
        if event != "sys.excepthook":
            return
        hook, error = arguments[0], arguments[2]
        if isinstance(error, SystemExit):
            leave(exit_code(error))
        if not isinstance(error, BaseException):
            return
        if error.__traceback__ is not None:  # else it was not run: an interrupt while it was typed, a syntax error
            self.interrupted = type(error) is KeyboardInterrupt
        if hook is not None and hook is not _built_in_hook:
            try:
                show_error(error)
            except SystemExit as end:
                leave(exit_code(end))
            raise RuntimeError  # it has been shown; this keeps the interpreter from showing it once more
