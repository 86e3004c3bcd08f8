"""A warm interpreter in its own root that forks one child per run and knows nothing of any student.

Started by the launcher inside the finished root, before any package was imported.
"""

import gc
import json
import os
import signal
import socket
import sys

from pythonide_sandbox import init, runner, seccomp, syscalls
from pythonide_sandbox.init import Plan
from pythonide_sandbox.layers import CODE, Layer
from pythonide_sandbox.steps import INSPECT, Work

_MAX_MESSAGE = 16384


def main() -> Work:
    """Warm up, then fork for the launcher until it closes the socket given as the first argument; a child goes on as a run."""
    sys.path.remove(CODE)
    for name in INSPECT:
        del os.environ[name]
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    settings = json.loads(control.recv(_MAX_MESSAGE))
    without = frozenset(Layer(name) for name in settings["without"])
    try:
        runner.warm(list(settings["preload"]))
    except Exception as error:
        control.send(json.dumps({"failed": f"{type(error).__name__}: {error}"[:500]}).encode())
        os._exit(1)
    plan = Plan(settings["nested"], without, seccomp.program(), runner.rehearse)
    own_space = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps for us
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    control.send(b'{"ready":true}')
    yield from runner.serve(_fork_forever(control, plan, own_space))


def _fork_forever(control: socket.socket, plan: Plan, own_space: int) -> socket.socket:
    """Return in a child only, with the run's channel."""
    pid_space_per_run = not plan.nested and Layer.PID not in plan.without
    while True:
        data, fds, _ = syscalls.receive_with_fds(control, _MAX_MESSAGE, 1)
        if not data:
            os._exit(0)
        try:
            if pid_space_per_run:
                syscalls.unshare(syscalls.CLONE_NEWPID)
            child = os.fork()
        except OSError:
            child = -1  # no more processes: the launcher sees the run's socket close
        if child == 0:
            control.close()
            run = socket.socket(fileno=fds[0])
            return init.enter(run, plan)
        if pid_space_per_run:
            syscalls.setns(own_space, syscalls.CLONE_NEWPID)
        syscalls.close_all(fds)
