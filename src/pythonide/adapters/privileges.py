"""Giving up root: the web server keeps no privilege, and sees of private folders only what it needs.

The launcher is forked before any of this and keeps its own view of the machine. Then, in this order:
`prepare_data_directory`, fork the launcher, `drop`. `drop` needs a process with one thread only.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pythonide.adapters.private_view import PrivateViewError, Viewer, enter
from pythonide_sandbox import syscalls

DATA_MODE = 0o700


class PrivilegesError(Exception):
    """The server cannot run with the rights it should have; the message names the path and the remedy."""


@dataclass(frozen=True)
class ServiceAccount:
    """The unprivileged numbers the web server runs under; they need no line in /etc/passwd."""

    uid: int
    gid: int


class Standing(StrEnum):
    """What the process was when it gave up its privileges."""

    ROOT = "root"
    ORDINARY_USER = "ordinary user"


@dataclass(frozen=True)
class Dropped:
    """What `drop` did; `covered` names the private folders of which only the needed parts remain visible."""

    standing: Standing
    uid: int
    gid: int
    covered: tuple[Path, ...] = ()


def running_code() -> tuple[Path, ...]:
    """Return the folders this interpreter may still import from: environment, base interpreter and source folders."""
    found = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).parent]
    found += [Path(entry) for entry in sys.path if Path(entry).is_absolute()]
    return tuple(dict.fromkeys(path for path in found if path.exists()))


def prepare_data_directory(path: Path, account: ServiceAccount) -> None:
    """Make the data directory if it is missing and see that the service account owns it.

    Only a directory that is made here, or an empty one of root's, changes its owner. Links are not followed.
    """
    owner = account if os.geteuid() == 0 else ServiceAccount(os.geteuid(), os.getegid())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_symlink():
            path.mkdir(mode=DATA_MODE, exist_ok=True)
    except OSError as error:
        raise PrivilegesError(
            f"The data directory {path} cannot be made: {error.strerror}. Choose another with --data."
        ) from error
    _take_over(path, owner)


def drop(account: ServiceAccount, data: Path, code: Sequence[Path] = ()) -> Dropped:
    """Give up every privilege for good, and `code` (default: `running_code()`) and `data` stay usable at their paths.

    As an ordinary user there is only the way to more privileges, and to other processes' eyes, to close.
    """
    if sys.platform != "linux":
        if os.geteuid() == 0:
            raise PrivilegesError("Root's rights can be given up for good on Linux only; start it as an ordinary user.")
        return Dropped(Standing.ORDINARY_USER, os.geteuid(), os.getegid())
    if os.geteuid() != 0:
        _seal()
        return Dropped(Standing.ORDINARY_USER, os.geteuid(), os.getegid())
    _require_one_thread()
    wanted = tuple(code) or running_code()
    trees = {**dict.fromkeys(wanted, False), data: True}
    try:
        covered = enter(trees, Viewer(account.uid, account.gid))
    except PrivateViewError as error:
        raise PrivilegesError(str(error)) from error
    os.chdir("/")  # noqa: TID251  # a working directory in a covered folder would keep a way in
    _become(account)
    _seal()
    _verify(account, wanted, data)
    return Dropped(Standing.ROOT, account.uid, account.gid, covered)


def _take_over(path: Path, owner: ServiceAccount) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise PrivilegesError(
            f"The data directory {path} is not a folder of its own ({error.strerror}). Links are refused: name the real folder with --data."
        ) from error
    try:
        found = os.fstat(descriptor)
        if found.st_uid == owner.uid:
            os.fchmod(descriptor, DATA_MODE)
        elif os.geteuid() == 0 and found.st_uid == 0 and not os.listdir(descriptor):
            os.fchown(descriptor, owner.uid, owner.gid)
            os.fchmod(descriptor, DATA_MODE)
        else:
            raise PrivilegesError(
                f"The data directory {path} belongs to uid {found.st_uid}, but the server runs as uid {owner.uid}. "
                f"Start it as that user, or hand the folder over: chown -R {owner.uid}:{owner.gid} {path}"
            )
    finally:
        os.close(descriptor)


def _require_one_thread() -> None:
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise PrivilegesError(f"Privileges can be dropped by a process of one thread only; this one has {threads}.")


def _become(account: ServiceAccount) -> None:
    try:
        os.setgroups([])
        os.setresgid(account.gid, account.gid, account.gid)
        syscalls.drop_bounding_set()
        os.setresuid(account.uid, account.uid, account.uid)
    except OSError as error:
        raise PrivilegesError(
            f"The server cannot become uid {account.uid}: {error.strerror}. Start it as root with CAP_SETUID and CAP_SETGID, or as an ordinary user."
        ) from error
    syscalls.clear_capabilities()


def _seal() -> None:
    """Close the way back: no set-uid program gives privileges, no other process of the same user may look inside."""
    syscalls.no_new_privileges()
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)


def _verify(account: ServiceAccount, code: Sequence[Path], data: Path) -> None:
    if 0 in (*os.getresuid(), *os.getresgid()):
        raise PrivilegesError("The server is still root after dropping its privileges; it refuses to go on.")
    for path in code:
        if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
            raise PrivilegesError(
                f"The service account (uid {account.uid}) cannot read {path}. Move it to a folder others may enter, such as /opt, or: chmod -R o+rX {path}"
            )
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        raise PrivilegesError(
            f"The service account (uid {account.uid}) cannot write to {data}. Hand it over: chown -R {account.uid}:{account.gid} {data}"
        )
