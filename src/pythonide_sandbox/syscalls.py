"""The Linux system calls that Python does not offer, by ctypes."""

import array
import ctypes
import errno
import os
import socket
import struct
from collections.abc import Sequence

from pythonide_sandbox.syscall_numbers import NUMBERS

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = (
    1,
    2,
    4,
    8,
    32,
    4096,
    16384,
    1 << 18,
)
MNT_DETACH = 2

ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV, ATTR_NOEXEC, ATTR_IDMAP = 1, 2, 4, 8, 0x100000

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 4, 24, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
PR_SET_CHILD_SUBREAPER = 36

_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_OPEN_TREE_CLONE, _OPEN_TREE_CLOEXEC = 1, os.O_CLOEXEC
_MOVE_MOUNT_F_EMPTY_PATH = 4
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_POSSIBLE_CAPABILITY = 63

_libc = ctypes.CDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long
_prctl = getattr(_libc, "prctl", None)


def call(name: str, *arguments: int | bytes | object) -> int:
    """Make the system call `name`; integers go as longs. Raises `OSError`, with ENOSYS on a machine without it."""
    number = NUMBERS.get(name)
    if number is None:
        raise OSError(errno.ENOSYS, "system call unknown on this machine", name)
    result = _syscall(
        ctypes.c_long(number),
        *[ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments],
    )
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), name)
    return int(result)


def prctl(option: int, argument: int = 0, *rest: int) -> None:
    """Set one property of this process. Raises `OSError`."""
    if _prctl is None:
        raise OSError(errno.ENOSYS, "system call unknown on this machine", "prctl")
    values = [argument, *rest, 0, 0, 0][:4]
    if _prctl(ctypes.c_int(option), *[ctypes.c_ulong(value) for value in values]) < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), f"prctl {option}")


def unshare(flags: int) -> None:
    """Leave the shared namespaces named by `flags`."""
    call("unshare", flags)


def setns(fd: int, kind: int) -> None:
    """Enter the namespace behind `fd`."""
    call("setns", fd, kind)


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """The classic mount call."""
    texts = [text if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    call("mount", texts[0], texts[1], texts[2], flags, texts[3])


def open_tree(path: str, at: int = _AT_FDCWD, *, recursive: bool = False) -> int:
    """Return a detached copy of the mount at `path` (beneath `at`; `""` is `at` itself) as a descriptor."""
    flags = _OPEN_TREE_CLONE | _OPEN_TREE_CLOEXEC
    flags |= _AT_RECURSIVE if recursive else 0
    flags |= 0 if path else _AT_EMPTY_PATH
    return call("open_tree", at, os.fsencode(path), flags)


def mount_setattr(tree: int, attributes: int, *, user_namespace: int = 0, recursive: bool = False) -> None:
    """Set `attributes` on the mount behind `tree`."""
    text = struct.pack("QQQQ", attributes, 0, 0, user_namespace)
    call("mount_setattr", tree, b"", _AT_EMPTY_PATH | (_AT_RECURSIVE if recursive else 0), text, len(text))


def move_mount(tree: int, target: str) -> None:
    """Attach the detached mount behind `tree` at `target`."""
    call("move_mount", tree, b"", _AT_FDCWD, os.fsencode(target), _MOVE_MOUNT_F_EMPTY_PATH)


def pivot_root(root: str) -> None:
    """Make `root` the root of this mount namespace and let go of the old one."""
    os.chdir(root)
    call("pivot_root", b".", b".")
    call("umount2", b".", MNT_DETACH)
    os.chdir("/")


def close_from(first: int) -> None:
    """Close every descriptor from `first` up."""
    call("close_range", first, 0xFFFFFFFF, 0)


def drop_bounding_set() -> None:
    """Give up every capability for all programs started from here on."""
    for capability in range(_LAST_POSSIBLE_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            return  # beyond the last one this kernel has


def clear_capabilities() -> None:
    """Give up every capability of this process."""
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    call("capset", struct.pack("Ii", _CAPABILITY_VERSION_3, 0), bytes(24))


def no_new_privileges() -> None:
    """From here on no program started can gain rights."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def send_with_fds(connection: socket.socket, data: bytes, fds: Sequence[int] = ()) -> None:
    """Send one message with descriptors."""
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    connection.sendmsg([data], ancillary)


def receive_with_fds(connection: socket.socket, size: int, most_fds: int) -> tuple[bytes, list[int], int | None]:
    """Receive one message, its descriptors and, if the socket passes credentials, the sender's pid.

    The caller owns the descriptors. A message that was cut short comes as `b""`, with nothing kept.
    """
    space = socket.CMSG_SPACE(4 * most_fds) + socket.CMSG_SPACE(12)
    data, ancillary, flags, _ = connection.recvmsg(size, space, socket.MSG_CMSG_CLOEXEC)
    fds = array.array("i")
    sender: int | None = None
    for level, kind, content in ancillary:
        if level != socket.SOL_SOCKET:
            continue
        if kind == socket.SCM_RIGHTS:
            fds.frombytes(content[: len(content) - len(content) % fds.itemsize])
        elif kind == socket.SCM_CREDENTIALS:
            sender = struct.unpack("iii", content)[0]
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        close_all(fds)
        return b"", [], sender
    return data, list(fds), sender


def close_all(fds: Sequence[int]) -> None:
    """Close every descriptor in `fds`."""
    for fd in fds:
        os.close(fd)
