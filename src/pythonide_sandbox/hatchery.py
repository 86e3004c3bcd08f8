"""Starts a zygote: namespaces and root first, then a fresh interpreter inside them."""

import os
import resource
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from pythonide_sandbox import root, syscalls
from pythonide_sandbox.layers import CODE, ENVIRONMENT, FIRST_STUDENT_UID, PYTHON, VARIABLES, Layer
from pythonide_sandbox.settings import LauncherSettings
from pythonide_sandbox.steps import INSPECT, boot

IDS_PER_ZYGOTE = 65_536
CONTROL_FD = 3
_BOOT = boot(CODE, "from pythonide_sandbox.zygote import main; work = main()")
"""What a zygote's `python -c` runs; `main` takes the code's folder from `sys.path` again."""
THREAD_STACK_BYTES = 1024 * 1024
"""Read by libc when an interpreter starts: the stack of its later threads, which counts against a run's memory."""


@dataclass(frozen=True)
class Hatched:
    """A zygote that was started; `control` is its request socket, `errors` what its interpreter complains of."""

    control: socket.socket
    errors: int
    watcher: int
    """The process between us and the zygote: it dies with us, and the zygote with it. SIGTERM makes it kill the zygote."""
    pidfd: int
    """The watcher's; it has ended only after it has buried the zygote."""


def hatch(environment: int, settings: LauncherSettings, *, first_uid: int | None) -> Hatched:
    """Start the zygote of an open environment; with `first_uid`, in a range of ids of its own. Raises `OSError`."""
    trees = _open_trees(environment, settings)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    errors, errors_in = os.pipe2(os.O_CLOEXEC)
    asked, answered = os.pipe2(os.O_CLOEXEC), os.pipe2(os.O_CLOEXEC)
    launcher = os.getpid()
    watcher = None
    try:
        watcher = os.fork()
        if watcher == 0:
            # Ours would keep its answer from ever ending, and with it the line of a launcher that was killed meanwhile.
            os.close(answered[1])
            guard(lambda: _watch(launcher, (asked[1], answered[0]), theirs, errors_in, trees, settings), errors_in)
        os.close(asked[1])
        if os.read(asked[0], 1) == b"m":
            _map_ids(watcher, settings, first_uid)
            os.write(answered[1], b"k")
        return Hatched(ours, errors, watcher, os.pidfd_open(watcher))
    except OSError:
        ours.close()
        os.close(errors)
        if watcher is None:
            os.close(asked[1])
        else:
            os.kill(watcher, signal.SIGKILL)
            os.waitpid(watcher, 0)
        raise
    finally:
        theirs.close()
        for fd in (errors_in, asked[0], *answered, *trees.values()):
            os.close(fd)


def _open_trees(environment: int, settings: LauncherSettings) -> dict[str, int]:
    sources: dict[str, str | int] = {place: place for place in root.system_folders()}
    sources[PYTHON] = settings.interpreter
    sources[ENVIRONMENT] = environment
    sources[f"{CODE}/pythonide_sandbox"] = f"{settings.code}/pythonide_sandbox"
    trees: dict[str, int] = {}
    try:
        for place, source in sources.items():
            trees[place] = root.open_read_only(source)
    except OSError:
        syscalls.close_all(list(trees.values()))
        raise
    return trees


def _map_ids(pid: int, settings: LauncherSettings, first_uid: int | None) -> None:
    for kind, owner in (("uid", settings.owner_uid), ("gid", settings.owner_gid)):
        if first_uid is None:
            lines = [(0, 0, 1)]
        elif Layer.IDMAP in settings.layers_left_out():
            # Without mapped mounts every student must be the files' owner.
            above = FIRST_STUDENT_UID + 1
            lines = [
                (0, first_uid, FIRST_STUDENT_UID),
                (FIRST_STUDENT_UID, owner, 1),
                (above, first_uid + above, IDS_PER_ZYGOTE - above),
            ]
        else:
            lines = [(0, first_uid, IDS_PER_ZYGOTE)]
        with open(f"/proc/{pid}/{kind}_map", "w", encoding="ascii") as file:
            file.write("".join(f"{inside} {outside} {count}\n" for inside, outside, count in lines))


def guard(work: Callable[[], object], errors: int) -> NoReturn:
    """Do the work of a forked process, which never returns from here: it would go on as a second launcher."""
    try:
        work()
    except BaseException as error:
        text = f"{type(error).__name__}: {error}".encode()[:2000]
        try:
            os.write(errors, text)
        except OSError:
            os.write(2, text)  # it was just made stderr
    finally:
        os._exit(1)


def _watch(
    launcher: int,
    pipes: tuple[int, int],
    control: socket.socket,
    errors: int,
    trees: dict[str, int],
    settings: LauncherSettings,
) -> NoReturn:
    syscalls.unshare(syscalls.CLONE_NEWUSER)
    os.write(pipes[0], b"m")
    if os.read(pipes[1], 1) != b"k":
        os._exit(1)
    _become_root_of_namespace()
    _die_with_parent()
    if os.getppid() != launcher:
        os._exit(1)
    syscalls.unshare(syscalls.CLONE_NEWPID)
    child = os.fork()
    if child == 0:
        guard(lambda: _build(control, errors, trees, settings), errors)

    def end_zygote(_number: int, _frame: object) -> None:
        os.kill(child, signal.SIGKILL)

    signal.signal(signal.SIGTERM, end_zygote)
    syscalls.close_from(0)
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _become_root_of_namespace() -> None:
    try:
        os.setgroups([])
    except PermissionError:
        pass  # an ordinary user may not, and keeps the groups he has anyway
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)


def _die_with_parent() -> None:
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)


def _build(control: socket.socket, errors: int, trees: dict[str, int], settings: LauncherSettings) -> NoReturn:
    _die_with_parent()
    spaces = syscalls.CLONE_NEWNS | syscalls.CLONE_NEWIPC | syscalls.CLONE_NEWUTS | syscalls.CLONE_NEWCGROUP
    if Layer.NET not in settings.layers_left_out():
        spaces |= syscalls.CLONE_NEWNET
    syscalls.unshare(spaces)
    socket.sethostname("pythonide")
    root.build(trees)
    null = os.open("/dev/null", os.O_RDWR)
    control_fd, errors_fd = os.dup(control.fileno()), os.dup(errors)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.dup2(errors_fd, 2)
    os.dup2(control_fd, CONTROL_FD)
    syscalls.close_from(CONTROL_FD + 1)
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (THREAD_STACK_BYTES, hard))
    for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    python = f"{ENVIRONMENT}/bin/python"
    os.execve(python, [python, "-c", _BOOT, str(CONTROL_FD)], {**VARIABLES, **INSPECT})
