"""Runs the student's program in the run's own process, then offers the prompt with its variables."""

import fcntl
import io
import json
import linecache
import os
import signal
import socket
import sys
import termios
import traceback
import types
from collections.abc import Callable, Generator
from typing import cast

from pythonide_sandbox import confine
from pythonide_sandbox.runner import cold, leaving, native, prompt, script
from pythonide_sandbox.runner.channel import Reporter
from pythonide_sandbox.runner.streams import flush_standard_streams, open_standard_streams
from pythonide_sandbox.steps import INSPECT, Step, Work
from pythonide_sandbox.wire import Header, encode_frame, read_frame

PLOTS = "pythonide_plots"
"""The matplotlib backend that environments carry, see `pythonide_plots.py`."""
PRIVATE = "pythonide_sandbox"
_HAND_OVER = "PYTHONIDE_PROGRAM"
"""Carries the program over to a fresh interpreter, and is gone before the script begins."""
_warm_only: frozenset[str] = frozenset()
send_plot: Callable[[Header, bytes], None] | None = None
"""Takes this process's figures, once there is somebody who wants them."""


def warm(preload: list[str]) -> None:
    """Import what runs will need, and touch what every run touches once; called in the zygote."""
    plain = _plain_modules()
    for name in preload:
        __import__(name)
    _touch(preload)
    globals()["_warm_only"] = frozenset(name.partition(".")[0] for name in sys.modules) - plain - {"__main__", PRIVATE}


def _plain_modules() -> frozenset[str]:
    """Return the top-level modules that a fresh interpreter has imported when its script begins."""
    reading, writing = os.pipe()
    ask = "import sys; print(*sys.modules)"
    actions = [(os.POSIX_SPAWN_DUP2, writing, 1)]
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", ask], dict(os.environ), file_actions=actions)
    os.close(writing)
    with open(reading, encoding="utf-8") as answer:
        names = answer.read().split()
    os.waitpid(child, 0)
    return frozenset(name.partition(".")[0] for name in names) | frozenset(sys.builtin_module_names)


def _touch(preload: list[str]) -> None:
    exec(compile("def f():\n  return [i for i in range(3)]\nf()\n", "<warm>", "exec", dont_inherit=True), {})
    for bad in ("1 / 0", "x = = 1"):
        try:
            exec(compile(bad, "<warm>", "exec"), {})
        except (ZeroDivisionError, SyntaxError) as error:
            traceback.print_exception(error, file=io.StringIO())
    encode_frame({"type": "warm"})
    linecache.clearcache()
    prompt.prepare_lines()
    if any(name.startswith("matplotlib") for name in preload):
        pyplot = __import__("matplotlib.pyplot").pyplot
        figure = pyplot.figure()
        figure.gca().plot([1, 2])
        figure.savefig(io.BytesIO())
        pyplot.close("all")


def rehearse() -> None:
    """Do in this process, while nobody waits for it, what touches the most memory at the start of a run.

    Prints to where the zygote's output goes; nothing of it reaches the program.
    """
    cold.shadowed("/", _warm_only)
    open_standard_streams()
    names: dict[str, object] = {}
    exec(compile("for _ in range(2):\n  print(_, end='')\nprint()\n", "<warm>", "exec", dont_inherit=True), names)
    flush_standard_streams()
    encode_frame({"type": "warm", "arguments": ["", 1]})
    json.loads('{"type": "warm", "arguments": ["", 1]}')
    script.make_process()


def serve(channel: socket.socket) -> Work:
    """Take the program from the channel, run it, say how it ended, offer the prompt. The child of a zygote."""
    frame = read_frame(channel)
    if frame is None:
        os._exit(0)
    if sys.path and sys.path[0] == "":
        del sys.path[0]
    return _play(Reporter(channel), frame.header, may_start_cold=True)


def serve_cold(descriptor: int, before: set[str]) -> Work:
    """Go on in a fresh interpreter: forget every module that `python script.py` would not have imported yet."""
    reporter = Reporter(socket.socket(fileno=descriptor))
    header = cast("Header", json.loads(os.environ.pop(_HAND_OVER)))
    _forget_own_imports(before)
    return _play(reporter, header, may_start_cold=False)


def serve_unprotected(descriptor: int, before: set[str], limits: dict[str, int]) -> Work:
    """Do the same as the leader of a new session, outside of any sandbox; the limits are per process, 0 for none."""
    channel = socket.socket(fileno=descriptor)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    confine.limit_this_process(limits)
    confine.fresh_signals()  # a server that a script began in the background ignores Ctrl-C, and so would all it starts
    frame = read_frame(channel)
    if frame is None:
        os._exit(0)
    _forget_own_imports(before)
    return _play(Reporter(channel), frame.header, may_start_cold=False, has_network=True)


def _forget_own_imports(before: set[str]) -> None:
    for name in INSPECT:
        os.environ.pop(name, None)
    prompt.prepare_lines()
    del sys.path[0]
    for name in set(sys.modules) - before:
        if not name.startswith(PRIVATE):
            del sys.modules[name]


def _play(reporter: Reporter, header: Header, *, may_start_cold: bool, has_network: bool = False) -> Work:
    file = header.get("file")
    arguments = [str(item) for item in cast("list[object]", header.get("arguments") or [])]
    workspace = os.getcwd()
    path = f"{workspace}/{file}" if isinstance(file, str) else None
    interactive = bool(header.get("interactive"))
    if may_start_cold and path is not None and cold.shadowed(os.path.dirname(path), _warm_only):
        os.environ[_HAND_OVER] = json.dumps(header)
        cold.start_cold(reporter.fileno(), interactive=interactive)
    open_standard_streams()
    native.say_interactive(interactive=interactive)
    if interactive:
        signal.raise_signal(signal.SIGWINCH)  # readline asks for the terminal's size again
    else:
        native.without_line_editing()
    if not has_network:
        reporter.watch_network()
    main = script.make_main(path, arguments, interactive=interactive)
    leaving.remember_modules()
    globals()["send_plot"] = reporter.send
    return _converse(reporter, main, path, workspace, str(header.get("notice") or "") if interactive else None)


def _converse(reporter: Reporter, main: types.ModuleType, path: str | None, workspace: str, notice: str | None) -> Work:
    """Run the script, and then, with a notice (which may be empty), the prompt."""
    status = 0
    if path is None:
        print(notice or "", flush=True)
    else:
        status = yield from _play_script(reporter, path, main, workspace)
    if notice is not None:
        interrupted = status == leaving.INTERRUPTED and sys.version_info < (3, 13)  # later ones forget it here
        status = yield from prompt.converse(main, lambda: _show_figures(reporter), interrupted=interrupted)
    del main
    leaving.leave(status, interrupted=status == leaving.INTERRUPTED)


def _play_script(
    reporter: Reporter, path: str, main: types.ModuleType, workspace: str
) -> Generator[Step, list[object], int]:
    _take_figures(reporter)
    end = yield from script.run_script(path, main, workspace, has_read=lambda: reporter.send({"type": "begun"}))
    _show_figures(reporter)
    flush_standard_streams()
    reporter.send({"type": "script_ended", **vars(end)})
    return end.exit_code


def _take_figures(reporter: Reporter) -> None:
    plots = sys.modules.get(PLOTS)
    if plots is not None:
        plots.send = reporter.send  # type: ignore[attr-defined] - a module of the environment, not of ours


def _show_figures(reporter: Reporter) -> None:
    """Send the figures that were left open."""
    plots = sys.modules.get(PLOTS)
    if plots is None:
        return
    _take_figures(reporter)
    try:
        plots.send_all()
    except BaseException as error:
        script.show_error(error)
