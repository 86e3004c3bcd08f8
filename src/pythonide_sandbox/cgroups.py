"""One control group per run, on version 1 or 2 hierarchies: memory, processes, processor time and its fair sharing."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

_OURS = "pythonide-"
_WANTED_V1 = ("memory", "pids", "cpuacct")
_WELCOME = "cpu"
"""The controller that shares processors out: without it a program with many processes gets more than its neighbours."""
_WANTED_V2 = ("memory", "pids")
_WEIGHT_V1, _WEIGHT_V2, _MOST_WEIGHT_V2 = 1024, 100, 10_000
"""What the kernel gives a process, or a group that nobody weighed."""
_CLASS = 4
"""All runs together weigh as much as so many processes on each processor."""


class Removable(Protocol):
    """A control group that nobody needs any more."""

    def remove(self) -> bool:
        """Remove it if it is empty; `False` while something is still in it."""
        ...


class Group(Removable, Protocol):
    """The control group of one run."""

    def attach(self, pid: int) -> None: ...
    def limit(self, memory_bytes: int, processes: int) -> None: ...
    def weigh(self, share: float) -> None:
        """Give it this part of what one student gets of the processors while all want them; 1.0 unless said otherwise."""
        ...

    def memory_kills(self) -> int:
        """How many processes the kernel killed here for memory."""
        ...

    def refused_forks(self) -> int: ...
    def cpu_seconds(self) -> float: ...
    def peak_memory_bytes(self) -> int | None: ...
    def kill(self) -> None:
        """Kill all of it at once, where the kernel can."""
        ...


class Groups(Protocol):
    """Where runs' groups are made."""

    version: int
    left: list[Removable]
    """Of launchers that were killed: what is in there is just dying."""

    def make(self, name: str) -> Group: ...
    def close(self) -> None: ...


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _number(path: Path) -> int | None:
    text = _read(path).strip()
    return int(text) if text.isdigit() else None


def _field(path: Path, name: str) -> int:
    for line in _read(path).splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.strip().isdigit():
            return int(value)
    return 0


def _write_weight(file: Path, weight: float) -> None:
    """Set a weight where there is one; a program is never refused or ended because it could not be weighed."""
    try:
        if file.exists():
            file.write_text(str(max(2, round(weight))))
    except OSError:
        pass  # it keeps the weight it had


def _class_weight(normal: int) -> int:
    return normal * _CLASS * (os.cpu_count() or 1)


def _remove(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


class _Left:
    """The groups of a launcher that was killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def remove(self) -> bool:
        for group in self._folder.glob("*/"):
            _remove(group)
        return _remove(self._folder)


def _left_in(parent: Path) -> Iterator[Removable]:
    """Remove what launchers that were killed left behind, and yield what cannot be removed yet."""
    for folder in parent.glob(f"{_OURS}*"):
        pid = folder.name.removeprefix(_OURS)
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            left = _Left(folder)
            if not left.remove():
                yield left


class GroupV1:
    """A run's groups in the separate hierarchies of version 1."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = folders
        for folder in folders.values():
            folder.mkdir(exist_ok=True)

    def attach(self, pid: int) -> None:
        for folder in dict.fromkeys(self._folders.values()):
            (folder / "cgroup.procs").write_text(str(pid))

    def limit(self, memory_bytes: int, processes: int) -> None:
        memory = self._folders["memory"]
        (memory / "memory.limit_in_bytes").write_text(str(memory_bytes))
        with_swap = memory / "memory.memsw.limit_in_bytes"
        if with_swap.exists():
            with_swap.write_text(str(memory_bytes))
        (self._folders["pids"] / "pids.max").write_text(str(processes))

    def weigh(self, share: float) -> None:
        if _WELCOME in self._folders:
            _write_weight(self._folders[_WELCOME] / "cpu.shares", share * _WEIGHT_V1)

    def memory_kills(self) -> int:
        return _field(self._folders["memory"] / "memory.oom_control", "oom_kill")

    def refused_forks(self) -> int:
        return _field(self._folders["pids"] / "pids.events", "max")

    def cpu_seconds(self) -> float:
        return (_number(self._folders["cpuacct"] / "cpuacct.usage") or 0) / 1e9

    def peak_memory_bytes(self) -> int | None:
        return _number(self._folders["memory"] / "memory.max_usage_in_bytes")

    def kill(self) -> None:
        """Version 1 cannot; the run's process namespace can."""

    def remove(self) -> bool:
        return all(_remove(folder) for folder in dict.fromkeys(self._folders.values()))


class GroupsV1:
    """Runs' groups under one parent in each hierarchy.

    On every processor all of them together weigh as much as a few processes: the server is never starved, and nothing
    else on the machine starves them. (A group's weight is spread over the processors it uses.)
    """

    version = 1

    def __init__(self, parents: Mapping[str, Path], pid: int) -> None:
        self._parents = {name: parent / f"{_OURS}{pid}" for name, parent in parents.items()}
        self.left = [left for parent in dict.fromkeys(parents.values()) for left in _left_in(parent)]
        for folder in self._parents.values():
            folder.mkdir(exist_ok=True)
        if _WELCOME in self._parents:
            _write_weight(self._parents[_WELCOME] / "cpu.shares", _class_weight(_WEIGHT_V1))

    def make(self, name: str) -> GroupV1:
        return GroupV1({controller: parent / name for controller, parent in self._parents.items()})

    def close(self) -> None:
        for parent in dict.fromkeys(self._parents.values()):
            _remove(parent)


class GroupV2:
    """A run's group in the unified hierarchy."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def attach(self, pid: int) -> None:
        (self._folder / "cgroup.procs").write_text(str(pid))

    def limit(self, memory_bytes: int, processes: int) -> None:
        (self._folder / "memory.max").write_text(str(memory_bytes))
        (self._folder / "pids.max").write_text(str(processes))
        for name, value in (("memory.swap.max", "0"), ("memory.oom.group", "1")):
            if (self._folder / name).exists():
                (self._folder / name).write_text(value)

    def weigh(self, share: float) -> None:
        _write_weight(self._folder / "cpu.weight", share * _WEIGHT_V2)

    def memory_kills(self) -> int:
        return _field(self._folder / "memory.events", "oom_kill")

    def refused_forks(self) -> int:
        return _field(self._folder / "pids.events", "max")

    def cpu_seconds(self) -> float:
        return _field(self._folder / "cpu.stat", "usage_usec") / 1e6

    def peak_memory_bytes(self) -> int | None:
        return _number(self._folder / "memory.peak")

    def kill(self) -> None:
        try:
            (self._folder / "cgroup.kill").write_text("1")
        except OSError:
            pass  # before Linux 5.14 there is none: the run's process namespace does it alone

    def remove(self) -> bool:
        return _remove(self._folder)


class GroupsV2:
    """Runs' groups under one parent of the unified hierarchy that was delegated to us.

    Beside the leaf in which the server lives they weigh as much as it; beside the processes of a machine's root group
    as much as a few of those on every processor.
    """

    version = 2

    def __init__(self, base: Path, pid: int, *, is_root: bool) -> None:
        self.left = list(_left_in(base))
        if not is_root:
            self._clear(base)
        self._parent = base / f"{_OURS}{pid}"
        self._parent.mkdir(exist_ok=True)
        for folder in (base, self._parent):
            self._delegate(folder)
        if is_root:
            _write_weight(self._parent / "cpu.weight", min(_class_weight(_WEIGHT_V2), _MOST_WEIGHT_V2))

    @staticmethod
    def _clear(base: Path) -> None:
        # A group that gives its controllers on may hold no process itself: all that is here moves to a leaf.
        leaf = base / "server"
        leaf.mkdir(exist_ok=True)
        for pid in _read(base / "cgroup.procs").split():
            (leaf / "cgroup.procs").write_text(pid)

    @staticmethod
    def _delegate(folder: Path) -> None:
        there = _read(folder / "cgroup.controllers").split()
        if not set(_WANTED_V2) <= set(there):
            raise OSError(95, "memory and pids are not delegated", str(folder))
        wanted = [name for name in (*_WANTED_V2, _WELCOME) if name in there]
        (folder / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in wanted))

    def make(self, name: str) -> GroupV2:
        return GroupV2(self._parent / name)

    def close(self) -> None:
        _remove(self._parent)


def _mounts() -> list[tuple[str, Path, str]]:
    """Return (kind, mount point, super options) of every mounted hierarchy."""
    found: list[tuple[str, Path, str]] = []
    for line in _read(Path("/proc/self/mountinfo")).splitlines():
        left, _, right = line.partition(" - ")
        kind, _, options = right.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            found.append((kind, Path(left.split(" ")[4]), options))
    return found


def _own_paths() -> dict[str, str]:
    """Return our own group in each hierarchy: controller name to path, `""` for version 2."""
    paths: dict[str, str] = {}
    for line in _read(Path("/proc/self/cgroup")).splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            paths[controller] = path
    return paths


def find() -> Groups | None:
    """Return the groups this process may make, or `None` where nothing is delegated to it."""
    own = _own_paths()
    parents: dict[str, Path] = {}
    for kind, point, options in _mounts():
        if kind == "cgroup2" and (groups := _unified(point, own)):
            return groups
        for controller in {*_WANTED_V1, _WELCOME} & set(options.split(",")):
            inside = point / own.get(controller, "/").lstrip("/")
            parents[controller] = inside if inside.is_dir() else point
    if _WELCOME in parents and not os.access(parents[_WELCOME], os.W_OK):
        del parents[_WELCOME]
    if not set(_WANTED_V1) <= set(parents):
        return None
    try:
        return GroupsV1(parents, os.getpid())
    except OSError:
        return None


def _unified(point: Path, own: Mapping[str, str]) -> GroupsV2 | None:
    base = point / own.get("", "/").lstrip("/")
    if not set(_WANTED_V2) <= set(_read(base / "cgroup.controllers").split()):
        return None
    try:
        return GroupsV2(base, os.getpid(), is_root=base == point)
    except OSError:
        return None
