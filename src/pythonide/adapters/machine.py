"""Looks at this machine: what its kernel lets us isolate. Everything is tried in a child process that ends at once."""

import os
import platform
import socket
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pythonide.adapters.private_view import make_user_namespace
from pythonide_sandbox import landlock, seccomp, syscalls

NAMESPACES = {
    "user": syscalls.CLONE_NEWUSER,
    "mount": syscalls.CLONE_NEWNS,
    "process": syscalls.CLONE_NEWPID,
    "network": syscalls.CLONE_NEWNET,
    "IPC": syscalls.CLONE_NEWIPC,
    "host name": syscalls.CLONE_NEWUTS,
    "cgroup": syscalls.CLONE_NEWCGROUP,
}
AF_VSOCK = 40
CONTROLLERS = ("memory", "pids", "cpu")
FORK_TEST_SECONDS = 30
FORK_TEST = """
import os, signal, sys
sys.path[:0] = sys.argv[1:]
import numpy
numpy.linalg.inv(numpy.random.rand(4, 4))
child = os.fork()
if child == 0:
    signal.alarm(15)
    numpy.linalg.inv(numpy.random.rand(700, 700))
    os._exit(0)
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) and 1)
"""
"""OpenBLAS 0.3.30 hangs here: its threads do not survive a fork, and every run is one."""


@dataclass(frozen=True)
class Cgroups:
    """Which version is mounted, and in which controllers this user may make groups."""

    version: int | None
    writable: tuple[str, ...]


def kernel() -> str:
    """Return the kernel's release and the machine's architecture."""
    return f"{platform.release()} {platform.machine()}"


def namespaces() -> dict[str, str | None]:
    """Try each namespace, inside a user namespace of our own unless we are root; `None` means it works."""
    extra = 0 if os.geteuid() == 0 else syscalls.CLONE_NEWUSER
    return {name: refusal(lambda flag=flag: syscalls.unshare(flag | extra)) for name, flag in NAMESPACES.items()}


def landlock_version() -> int:
    """Return the kernel's Landlock version, 0 without."""
    return landlock.version()


def seccomp_refusal() -> str | None:
    """Install the filter of every run in a child; `None` means it holds, the VSOCK road to the hypervisor included."""

    def act() -> None:
        syscalls.no_new_privileges()
        seccomp.install(seccomp.program())
        try:
            socket.socket(AF_VSOCK, socket.SOCK_STREAM).close()
        except OSError:
            return
        raise OSError(0, "AF_VSOCK sockets can still be made")

    return refusal(act)


def idmap_refusal(folder: Path) -> str | None:
    """Try an id-mapped mount of `folder`: it lets the server own students' files while each run sees its own uid."""
    uid = folder.stat().st_uid

    def act() -> None:
        namespace = make_user_namespace((uid, 1000), (uid, 1000))
        tree = syscalls.open_tree(str(folder))
        syscalls.mount_setattr(tree, syscalls.ATTR_IDMAP, user_namespace=namespace)

    return refusal(act)


def cgroups(mountinfo: str | None = None) -> Cgroups:
    """Read which cgroup version rules, and in which of the controllers that limit runs a group could be made."""
    text = mountinfo if mountinfo is not None else Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    found: dict[str, Path] = {}
    unified: Path | None = None
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        place, kind, options = Path(before.split()[4]), after.split()[0], after.split()[-1].split(",")
        if kind == "cgroup2":
            unified = place
        elif kind == "cgroup":
            found.update({name: place for name in CONTROLLERS if name in options})
    if unified is not None and not found:
        return Cgroups(2, _writable_of_version_2(unified))
    if found:
        return Cgroups(1, tuple(name for name in CONTROLLERS if name in found and os.access(found[name], os.W_OK)))
    return Cgroups(None, ())


def masked_proc() -> tuple[str, ...]:
    """Return what is mounted over parts of /proc (as container engines do); a fresh /proc is then refused to ordinary users."""
    lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    places = [line.split()[4] for line in lines]
    return tuple(
        sorted(place for place in places if place.startswith("/proc/") and place != "/proc/sys/fs/binfmt_misc")
    )


def core_pattern() -> str:
    """Return where the kernel sends memory images of crashed programs; a leading `|` is a program of root's."""
    try:
        return Path("/proc/sys/kernel/core_pattern").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def interpreter_refusal(python: Path) -> str | None:
    """Say why `python` cannot be run, if so."""
    try:
        done = subprocess.run([python, "-I", "-c", "pass"], capture_output=True, timeout=FORK_TEST_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else done.stderr.decode(errors="replace").strip()[-300:]


def packages_missing(python: Path, names: tuple[str, ...], packages: Path | None = None) -> tuple[str, ...]:
    """Return which of `names` the interpreter cannot find, with the folder `packages` before its own."""
    code = "import importlib.util as u, sys; sys.path.insert(0, sys.argv[1]); print(*[n for n in sys.argv[2:] if u.find_spec(n) is None])"
    done = subprocess.run(
        [python, "-I", "-c", code, str(packages or ""), *names],
        capture_output=True,
        timeout=FORK_TEST_SECONDS,
        check=False,
    )
    return tuple(done.stdout.decode().split())


def survives_fork(python: Path, packages: Path | None = None) -> bool:
    """Tell whether numpy computes after a fork, which is how every run begins."""
    try:
        done = subprocess.run(
            [python, "-I", "-c", FORK_TEST, *([str(packages)] if packages else [])],
            capture_output=True,
            timeout=FORK_TEST_SECONDS,
            check=False,
            env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def open_to_others(path: Path) -> bool:
    """Tell whether `path` gives anything to other users of this machine."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def refusal(act: Callable[[], object]) -> str | None:
    """Run `act` in a child process and return what the kernel said against it, or `None`."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _tell(act, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read().decode(errors="replace")
    finally:
        _, status = os.waitpid(child, 0)
    return said or (None if status == 0 else f"the attempt was killed (status {status})")


def _tell(act: Callable[[], object], writing: int) -> None:
    try:
        act()
    except OSError as error:
        os.write(writing, (error.strerror or str(error)).encode())
    finally:
        os._exit(0)


def _writable_of_version_2(mount: Path) -> tuple[str, ...]:
    own = Path("/proc/self/cgroup").read_text(encoding="utf-8").rpartition("::")[2].strip().lstrip("/")
    folder = mount / own
    try:
        there = (folder / "cgroup.controllers").read_text(encoding="utf-8").split()
    except OSError:
        return ()
    may = os.access(folder, os.W_OK) and os.access(folder / "cgroup.subtree_control", os.W_OK)
    return tuple(name for name in CONTROLLERS if may and name in there)
