"""Builds the root folder in which a zygote and all its runs live; done before any package is imported."""

import os
from collections.abc import Mapping

from pythonide_sandbox import syscalls
from pythonide_sandbox.layers import (
    COURSE,
    ENVIRONMENT,
    FIRST_STUDENT_UID,
    HOME,
    INIT_UID,
    PYTHON,
    TEMPORARY_BYTES,
    TEMPORARY_FILES,
    UID_SLOTS,
    WORKSPACE,
)
from pythonide_sandbox.syscalls import MS_BIND, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_REMOUNT

READ_ONLY = syscalls.ATTR_RDONLY | syscalls.ATTR_NOSUID | syscalls.ATTR_NODEV
PROC_FLAGS = MS_NOSUID | MS_NODEV | MS_NOEXEC

_STAGE = "/tmp"
"""Any folder that every host has; only this mount namespace sees what is mounted on it."""
_FOLDERS = ("proc", "dev", "tmp", "run", "etc", "home", HOME[1:], WORKSPACE[1:], COURSE[1:])
_MERGED = ("bin", "sbin", "lib", "lib32", "lib64")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_COPIED = ("localtime", "mime.types")
_LDCONFIG = ("/usr/sbin/ldconfig", "/sbin/ldconfig")
_MATPLOTLIB_CACHE = f"{ENVIRONMENT}/mplconfig"


def open_read_only(source: str | int) -> int:
    """Return a detached, read-only copy of the tree at a path or an open folder, submounts included."""
    if isinstance(source, int):
        tree = syscalls.open_tree("", source, recursive=True)
    else:
        tree = syscalls.open_tree(source, recursive=True)
    try:
        syscalls.mount_setattr(tree, READ_ONLY, recursive=True)
    except OSError:
        os.close(tree)
        raise
    return tree


def system_folders() -> list[str]:
    """Return the host's folders that programs need: `/usr`, and what is not yet a link into it."""
    return ["/usr", *(f"/{name}" for name in _MERGED if os.path.isdir(f"/{name}") and not os.path.islink(f"/{name}"))]


def build(trees: Mapping[str, int]) -> None:
    """Make the root of this mount namespace from `trees` (place to detached mount) and nothing else of the host."""
    syscalls.mount(None, "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    copied = {name: _read(f"/etc/{name}") for name in _COPIED}
    syscalls.mount("tmpfs", _STAGE, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=2m")
    for name in _FOLDERS:
        os.makedirs(f"{_STAGE}/{name}", mode=0o755, exist_ok=True)
    for name in _MERGED:
        if os.path.islink(f"/{name}"):
            os.symlink(os.readlink(f"/{name}"), f"{_STAGE}/{name}")
    for place, tree in trees.items():
        os.makedirs(_STAGE + place, mode=0o755, exist_ok=True)
        syscalls.move_mount(tree, _STAGE + place)
    _write_etc(copied)
    _make_devices()
    syscalls.mount("proc", f"{_STAGE}/proc", "proc", PROC_FLAGS)
    mount_temporary(f"{_STAGE}/tmp", "1777")
    mount_temporary(_STAGE + HOME, "755")
    syscalls.pivot_root(_STAGE)
    _index_libraries()
    furnish_home()
    _seal()


def mount_temporary(place: str, mode: str, size: int = TEMPORARY_BYTES) -> None:
    """Mount an empty folder in memory, bounded in bytes and files."""
    options = f"mode={mode},size={size},nr_inodes={TEMPORARY_FILES}"
    syscalls.mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, options)


def furnish_home() -> None:
    """Link what the environment baked for matplotlib into the fresh HOME, so that no run looks for fonts again."""
    if not os.path.isdir(_MATPLOTLIB_CACHE):
        return
    folder = f"{HOME}/.config/matplotlib"
    os.makedirs(folder)
    for name in os.listdir(_MATPLOTLIB_CACHE):
        os.symlink(f"{_MATPLOTLIB_CACHE}/{name}", f"{folder}/{name}")


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read(65536)
    except OSError:
        return None


def _write(path: str, text: str | bytes) -> None:
    with open(path, "wb") as file:
        file.write(text.encode() if isinstance(text, str) else text)
    os.chmod(path, 0o644)


def _write_etc(copied: Mapping[str, bytes | None]) -> None:
    etc = f"{_STAGE}/etc"
    students = [
        f"student:x:{uid}:{uid}:student:{HOME}:/bin/sh\n"
        for uid in range(FIRST_STUDENT_UID, FIRST_STUDENT_UID + UID_SLOTS)
    ]
    groups = [f"student:x:{uid}:\n" for uid in range(FIRST_STUDENT_UID, FIRST_STUDENT_UID + UID_SLOTS)]
    nobody = "root:x:0:0:root:/:/usr/sbin/nologin\n"
    _write(f"{etc}/passwd", nobody + f"init:x:{INIT_UID}:{INIT_UID}::/:/usr/sbin/nologin\n" + "".join(students))
    _write(f"{etc}/group", "root:x:0:\n" + "".join(groups))
    _write(f"{etc}/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")
    _write(f"{etc}/hosts", "127.0.0.1 localhost\n::1 localhost\n")
    _write(f"{etc}/hostname", "pythonide\n")
    _write(f"{etc}/ld.so.conf", f"{PYTHON}/lib\n/usr/local/lib\n/usr/local/lib/{os.uname().machine}-linux-gnu\n")
    for name, data in copied.items():
        if data is not None:
            _write(f"{etc}/{name}", data)


def _make_devices() -> None:
    dev = f"{_STAGE}/dev"
    syscalls.mount("tmpfs", dev, "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k,nr_inodes=64")
    for name in _DEVICES:
        _write(f"{dev}/{name}", "")
        device = syscalls.open_tree(f"/dev/{name}")
        syscalls.move_mount(device, f"{dev}/{name}")
        os.close(device)
    os.mkdir(f"{dev}/pts")
    os.mkdir(f"{dev}/shm")
    os.symlink("pts/ptmx", f"{dev}/ptmx")
    os.symlink("/proc/self/fd", f"{dev}/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"{dev}/{name}")


def _index_libraries() -> None:
    # An interpreter built with an absolute rpath finds its library through this index, whatever its real path was.
    ldconfig = next((path for path in _LDCONFIG if os.access(path, os.X_OK)), None)
    if ldconfig is None:
        return
    child = os.posix_spawn(ldconfig, [ldconfig, "-X"], {})
    os.waitpid(child, 0)


def _seal() -> None:
    syscalls.mount(None, "/dev", None, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NOEXEC)
    syscalls.mount(None, "/", None, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)
