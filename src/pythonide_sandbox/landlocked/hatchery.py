"""Starts a zygote at tier C: an interpreter of its own, and a watcher that ends whatever is left of it."""

import os
import resource
import signal
import socket
from typing import NoReturn

from pythonide_sandbox import syscalls
from pythonide_sandbox.hatchery import CONTROL_FD, THREAD_STACK_BYTES, Hatched, guard
from pythonide_sandbox.landlocked.ground import Ground, remove
from pythonide_sandbox.landlocked.news import News, end_children
from pythonide_sandbox.settings import LauncherSettings
from pythonide_sandbox.steps import INSPECT, boot

_BEGIN = "from pythonide_sandbox.landlocked.zygote import main; work = main()"
"""What the zygote's `python -c` runs, with its socket and its ground as arguments."""


def hatch(environment: int, settings: LauncherSettings) -> Hatched:
    """Start the zygote of an open environment. Raises `OSError`."""
    place = os.readlink(f"/proc/self/fd/{environment}")
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    errors, errors_in = os.pipe2(os.O_CLOEXEC)
    launcher = os.getpid()
    try:
        watcher = os.fork()
        if watcher == 0:
            guard(lambda: _watch(launcher, theirs, errors_in, place, settings), errors_in)
        return Hatched(ours, errors, watcher, os.pidfd_open(watcher))
    except OSError:
        ours.close()
        os.close(errors)
        raise
    finally:
        theirs.close()
        os.close(errors_in)


def sweep(settings: LauncherSettings) -> None:
    """Remove what a launcher that was killed left behind; make the folder of all grounds, and nobody else's.

    A watcher that still lives removes its own: it was told to end when its launcher did.
    """
    os.makedirs(settings.grounds, mode=0o700, exist_ok=True)
    for watcher in os.listdir(settings.grounds):
        if not os.path.exists(f"/proc/{watcher}"):
            remove(f"{settings.grounds}/{watcher}")


def _watch(
    launcher: int, control: socket.socket, errors: int, environment: str, settings: LauncherSettings
) -> NoReturn:
    news = News()
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != launcher:
        os._exit(1)
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    ground = Ground(f"{settings.grounds}/{os.getpid()}")
    try:
        ground.lay(settings, environment)
        zygote = os.fork()
        if zygote == 0:
            guard(lambda: _become_zygote(control, errors, ground), errors)
        news.keep_only()
        while not news.told_to_end and os.waitid(os.P_PID, zygote, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            news.wait()
        end_children()
    finally:
        remove(ground.path)
    os._exit(0)


def _become_zygote(control: socket.socket, errors: int, ground: Ground) -> NoReturn:
    signal.set_wakeup_fd(-1)
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    null = os.open(os.devnull, os.O_RDWR)
    control_fd, errors_fd = os.dup(control.fileno()), os.dup(errors)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.dup2(errors_fd, 2)
    os.dup2(control_fd, CONTROL_FD)
    syscalls.close_from(CONTROL_FD + 1)
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (THREAD_STACK_BYTES, hard))
    for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    arguments = [ground.python, "-c", boot(ground.code, _BEGIN), str(CONTROL_FD), ground.path]
    os.execve(ground.python, arguments, {**ground.variables(None), **INSPECT})
