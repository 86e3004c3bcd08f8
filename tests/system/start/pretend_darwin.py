"""`pretend_darwin.py COMMAND…`: the command line in a Python that lacks what macOS lacks, and without `/proc`.

It shows what is imported and called. How macOS itself behaves it cannot show.
"""

import ctypes
import fcntl
import os
import resource
import select
import signal
import socket
import sys
import types
from typing import Any

from pythonide.app import cli, serving  # noqa: F401 - with them every library, which would look for macOS's own parts
from pythonide_sandbox import syscalls

ABSENT: dict[Any, str] = {
    os: "O_PATH pidfd_open pipe2 unshare setns setresuid setresgid getresuid getresgid memfd_create eventfd "
    "copy_file_range posix_fadvise sched_getaffinity sched_setaffinity splice getrandom setxattr getxattr",
    socket: "SOCK_SEQPACKET SCM_CREDENTIALS SO_PASSCRED MSG_CMSG_CLOEXEC AF_NETLINK AF_VSOCK AF_PACKET",
    select: "epoll",
    signal: "pidfd_send_signal sigwaitinfo sigtimedwait SIGPWR SIGRTMIN SIGRTMAX",
    resource: "prlimit RLIMIT_SIGPENDING RLIMIT_MSGQUEUE RLIMIT_RTPRIO RLIMIT_NICE",
    fcntl: "F_SETPIPE_SZ F_GETPIPE_SZ F_ADD_SEALS",
}
NOBODY_SPECIAL = 1234


class Library(ctypes.CDLL):
    """The C library without the calls that are Linux's."""

    def __getattr__(self, name: str) -> Any:
        if name in ("prctl", "renameat2"):
            raise AttributeError(name)
        return super().__getattr__(name)


def hide_proc() -> None:
    """Become an ordinary user of a namespace in which nothing is at `/proc`."""
    uid, gid = os.geteuid(), os.getegid()
    syscalls.unshare(syscalls.CLONE_NEWUSER | syscalls.CLONE_NEWNS)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY_SPECIAL} {uid} 1"),
        ("gid_map", f"{NOBODY_SPECIAL} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)
    syscalls.mount(None, "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    syscalls.mount("none", "/proc", "tmpfs", 0)


def pretend() -> None:
    """Take away what macOS has not, and forget what was imported with it."""
    for module, names in ABSENT.items():
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    for name in [name for name in sys.modules if name.startswith("pythonide")]:
        del sys.modules[name]
    sys.modules["_scproxy"] = types.ModuleType("_scproxy")
    sys.modules["_scproxy"].__dict__.update(_get_proxy_settings=dict, _get_proxies=dict)
    ctypes.CDLL = Library
    sys.platform = "darwin"


if __name__ == "__main__":
    hide_proc()
    pretend()
    sys.argv = sys.argv[sys.argv.index("pythonide.app.cli") :]
    from pythonide.app.entry import main

    main()
