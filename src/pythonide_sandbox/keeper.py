"""What stays behind with root's rights when the server gives them up: it starts a launcher when asked, and does nothing else.

It takes no data. What it was told before anything untrusted could speak is all it knows, whatever arrives later means
"a launcher, please", and there is never more than one: the one before is ended first.
"""

import os
import select
import signal
import socket
import sys
from typing import NoReturn

from pythonide_sandbox import launch, syscalls
from pythonide_sandbox.settings import MAX_SETTINGS

_ENDS_WITHIN = 15.0
"""Seconds in which a launcher whose server has gone ends by itself."""


def main(fd: int) -> NoReturn:
    """Serve on the socket `fd` until its other end is closed; its first message holds the launcher's settings."""
    server = socket.socket(fileno=fd)
    settings = server.recv(MAX_SETTINGS)
    launcher: int | None = None
    while _asked(server):
        _end(launcher)
        launcher = _start(server, settings)
    if launcher is not None:
        _wait(launcher)
    sys.exit(0)


def _asked(server: socket.socket) -> bool:
    try:
        return bool(server.recv(1))
    except OSError:
        return False


def _start(server: socket.socket, settings: bytes) -> int | None:
    """Fork a launcher and hand its line to the server; without a line there is none."""
    try:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        child = os.fork()
    except OSError as error:
        syscalls.send_with_fds(server, str(error).encode())
        return None
    if child == 0:
        server.close()
        ours.close()
        launch.main(theirs.detach())
    theirs.close()
    try:
        ours.send(settings)
        syscalls.send_with_fds(server, b"launcher", [ours.fileno()])
    except OSError:
        pass  # one of them has gone, which the other sees
    ours.close()
    return child


def _end(launcher: int | None) -> None:
    if launcher is not None:
        os.kill(launcher, signal.SIGKILL)
        os.waitpid(launcher, 0)


def _wait(launcher: int) -> None:
    """Wait for the launcher's own end, which comes when the server's end of its line is closed."""
    pidfd = os.pidfd_open(launcher)
    news = select.poll()
    news.register(pidfd, select.POLLIN)
    news.poll(_ENDS_WITHIN * 1000)
    _end(launcher)
