"""The few Linux calls Python has no function for, with Python's own errors."""

import ctypes
import os
import struct
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

MOUNT_ATTR_RDONLY = 0x1
MOUNT_ATTR_NOSUID = 0x2
MOUNT_ATTR_NODEV = 0x4
MOUNT_ATTR_IDMAP = 0x00100000

# Numbers of the calls added after Linux 5.1 are the same on every architecture.
_OPEN_TREE = 428
_MOVE_MOUNT = 429
_MOUNT_SETATTR = 442

_AT_FDCWD = -100
_AT_EMPTY_PATH = 0x1000
_AT_RECURSIVE = 0x8000
_OPEN_TREE_CLONE = 1
_MOVE_MOUNT_F_EMPTY_PATH = 4

_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mount.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]
_libc.syscall.restype = ctypes.c_long
_libc.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong]


def unshare(flags: int) -> None:
    """Leave the namespaces named by `flags` for fresh ones."""
    _check(_libc.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str | None, target: Path, kind: str | None, flags: int, options: str | None = None) -> None:
    """Mount a file system, or change how one is mounted."""
    result = _libc.mount(_bytes(source), os.fsencode(target), _bytes(kind), flags, _bytes(options))
    _check(result, str(target))


def clone_mounts(path: Path) -> int:
    """Return a descriptor of a detached copy of the mounts at and below `path`."""
    flags = _OPEN_TREE_CLONE | os.O_CLOEXEC | _AT_RECURSIVE
    return _call(_OPEN_TREE, str(path), ctypes.c_int(_AT_FDCWD), os.fsencode(path), ctypes.c_uint(flags))


def set_mount_attributes(descriptor: int, attributes: int, *, user_namespace: int = 0) -> None:
    """Add attributes to a detached copy of mounts, and all below; `user_namespace` goes with `MOUNT_ATTR_IDMAP`."""
    value = struct.pack("QQQQ", attributes, 0, 0, user_namespace)
    flags = ctypes.c_uint(_AT_EMPTY_PATH | _AT_RECURSIVE)
    _call(
        _MOUNT_SETATTR,
        "mount_setattr",
        ctypes.c_int(descriptor),
        b"",
        flags,
        ctypes.c_char_p(value),
        ctypes.c_size_t(len(value)),
    )


def attach_mounts(descriptor: int, path: Path) -> None:
    """Put a detached copy of mounts at `path`."""
    flags = ctypes.c_uint(_MOVE_MOUNT_F_EMPTY_PATH)
    _call(_MOVE_MOUNT, str(path), ctypes.c_int(descriptor), b"", ctypes.c_int(_AT_FDCWD), os.fsencode(path), flags)


def user_namespace(uids: tuple[int, int], gids: tuple[int, int]) -> int:
    """Return a user namespace that shows the first id of each pair as the second one, for an id-mapped mount."""
    ready_read, ready_write = os.pipe()
    done_read, done_write = os.pipe()
    child = os.fork()
    if child == 0:
        _wait_in_user_namespace(ready_write, done_read, done_write)
    os.close(ready_write)
    os.close(done_read)
    try:
        if os.read(ready_read, 1) != b"1":
            raise OSError(1, "No user namespace could be made")
        Path(f"/proc/{child}/uid_map").write_text(f"{uids[0]} {uids[1]} 1", encoding="ascii")
        Path(f"/proc/{child}/gid_map").write_text(f"{gids[0]} {gids[1]} 1", encoding="ascii")
        return os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(ready_read)
        os.close(done_write)
        os.waitpid(child, 0)


def _wait_in_user_namespace(ready: int, done: int, unused: int) -> None:
    """The child's part: enter a user namespace and hold it until the parent has a descriptor of it."""
    try:
        os.close(unused)
        unshare(CLONE_NEWUSER)
        os.write(ready, b"1")
        os.read(done, 1)
    finally:
        os._exit(0)


def set_no_new_privileges() -> None:
    """From now on no program this process or its children start gains privileges."""
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def forbid_inspection() -> None:
    """Let no process of the same user trace this one, read its memory or its environment; no core dumps."""
    _check(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable")


def drop_bounding_set() -> None:
    """Take every capability out of reach of programs started later."""
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            break


def clear_capabilities() -> None:
    """Give up every capability, in every set."""
    _check(_libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "ambient capabilities")
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(ctypes.c_char_p(header), ctypes.c_char_p(bytes(24))), "capset")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def _call(number: int, what: str, *arguments: object) -> int:
    return _check(_libc.syscall(ctypes.c_long(number), *arguments), what)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
    return result
