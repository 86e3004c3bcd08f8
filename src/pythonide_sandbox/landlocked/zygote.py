"""A warm interpreter without namespaces that forks one keeper per run, and buries what a keeper that died left behind."""

import gc
import json
import os
import shutil
import signal
import socket
import sys

from pythonide_sandbox import procfs, runner, seccomp, syscalls
from pythonide_sandbox.landlocked import keeper
from pythonide_sandbox.landlocked.ground import Ground, remove
from pythonide_sandbox.landlocked.keeper import Plan
from pythonide_sandbox.landlocked.news import News
from pythonide_sandbox.layers import Layer
from pythonide_sandbox.steps import INSPECT, Work

_MAX_MESSAGE = 16384


def main() -> Work:
    """Warm up, then fork for the launcher until it closes the socket given as the first argument; a child goes on as a run."""
    for name in INSPECT:
        del os.environ[name]
    ground = Ground(sys.argv[2])
    sys.path.remove(ground.code)
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    settings = json.loads(control.recv(_MAX_MESSAGE))
    without = frozenset(Layer(name) for name in settings["without"])
    try:
        runner.warm(list(settings["preload"]))
    except Exception as error:
        control.send(json.dumps({"failed": f"{type(error).__name__}: {error}"[:500]}).encode())
        os._exit(1)
    _copy_without_rights()
    plan = Plan(ground, without, seccomp.program(namespaces=False), runner.rehearse)
    if Layer.INIT not in without:
        syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    control.send(b'{"ready":true}')
    yield from runner.serve(_fork_forever(control, plan))


def _copy_without_rights() -> None:
    """Let `shutil.copy` and its kin copy what they can: rights and times of files cannot be set here."""

    def leave(_src: object, _dst: object, *, follow_symlinks: bool = True) -> None:
        """Set nothing."""

    shutil.copymode = shutil.copystat = leave


def _fork_forever(control: socket.socket, plan: Plan) -> socket.socket:
    """Return in a run's script only, with its channel."""
    news = News()
    keepers: set[int] = set()
    while True:
        asked = news.wait(control.fileno())
        _bury(keepers, plan)
        if not asked:
            continue
        data, fds, _ = syscalls.receive_with_fds(control, _MAX_MESSAGE, 1)
        if not data:
            os._exit(0)
        try:
            child = os.fork()
        except OSError:
            child = -1  # no more processes: the launcher sees the run's socket close
        if child == 0:
            control.close()
            return keeper.enter(socket.socket(fileno=fds[0]), plan)
        keepers.add(child)
        syscalls.close_all(fds)


def _bury(keepers: set[int], plan: Plan) -> None:
    """Wait for what has ended; kill whose keeper has ended before them, and remove what it did not."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            pid = 0
        if not pid:
            break
        if pid in keepers:
            keepers.remove(pid)
            remove(plan.ground.private(pid))
    for pid in procfs.children(os.getpid()):
        if pid not in keepers:
            os.kill(pid, signal.SIGKILL)
