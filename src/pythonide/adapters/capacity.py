"""What this server may use of its machine: the cores it may run on and the memory it may fill, in a container the container's."""

import os
from collections.abc import Iterator
from pathlib import Path

from pythonide.execution.capacity import Machine
from pythonide.execution.policy import GIB

UNKNOWN_MEMORY = 2 * GIB


def measure(root: Path = Path("/")) -> Machine:
    """Read the machine's size; `root` is where its files are."""
    groups = [*_own_groups(root)]
    memory = [_total(root), *_numbers(groups, ("memory.max", "memory.limit_in_bytes"))]
    return Machine(min([_usable_cores(), *_quotas(groups)]), min(number for number in memory if number > 0))


def _usable_cores() -> float:
    if hasattr(os, "sched_getaffinity"):
        return float(len(os.sched_getaffinity(0)))
    return float(os.cpu_count() or 1)


def _total(root: Path) -> int:
    for line in _read(root / "proc/meminfo").splitlines():
        if line.startswith("MemTotal:"):
            return int(line.split()[1]) * 1024
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return UNKNOWN_MEMORY


def _own_groups(root: Path) -> Iterator[Path]:
    """Yield the folders of our control groups and of those above: each of them may limit us.

    A container often sees its own group at the top, whatever path it is told.
    """
    top = root / "sys/fs/cgroup"
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        base = top / controllers if controllers else top
        inner = base / path.lstrip("/")
        yield from (folder for folder in (inner, *inner.parents) if folder.is_relative_to(base))


def _numbers(folders: list[Path], names: tuple[str, ...]) -> Iterator[int]:
    for folder in folders:
        for name in names:
            text = _read(folder / name).strip()
            if text.isdigit():
                yield int(text)


def _quotas(folders: list[Path]) -> Iterator[float]:
    for folder in folders:
        words = _read(folder / "cpu.max").split() or [
            _read(folder / "cpu.cfs_quota_us").strip(),
            _read(folder / "cpu.cfs_period_us").strip(),
        ]
        if len(words) == 2 and words[0].isdigit() and words[1].isdigit() and int(words[1]):
            yield int(words[0]) / int(words[1])


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""
