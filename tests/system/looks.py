"""What the machine shows of processes from outside: what they hold open, what they have mounted, which groups they made."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the process ids of the children of `pid`, zombies included."""
    try:
        tasks = [Path(f"/proc/{pid}/task/{task}/children").read_text() for task in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []
    return [int(child) for text in tasks for child in text.split()]


def descendants(pid: int) -> list[int]:
    """Return every process below `pid`, zombies included."""
    found = children(pid)
    for child in found:
        found += children(child)
    return found


def is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def opened(pid: int) -> Iterator[str]:
    """Yield what the descriptors of a process lead to."""
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            yield os.readlink(f"/proc/{pid}/fd/{name}")
        except FileNotFoundError:  # closed meanwhile, or that of the listing itself
            continue


def descriptors(pid: int) -> int:
    """Count what is open, but not the mappings of user ids: the launcher makes one for each uid it ever used, and keeps it."""
    return sum(1 for link in opened(pid) if not link.startswith("user:["))


def kinds(pid: int, *, but: str) -> Counter[str]:
    """Count what is open by kind, without mappings of ids (see `descriptors`) and what bears the name `but`."""
    known = (link for link in opened(pid) if not link.startswith("user:[") and but not in link)
    return Counter(re.sub(r"\[\d+\]", "", link) for link in known)


def mounts(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/mountinfo").read_text().splitlines()


def control_groups(launcher: int) -> list[Path]:
    """Return the launcher's own folder in every hierarchy."""
    lines = [line.split(" - ") for line in mounts(os.getpid())]
    points = [Path(left.split()[4]) for left, right in lines if right.startswith("cgroup")]
    return [folder for point in points for folder in _below(point) if folder.name == f"pythonide-{launcher}"]


def _below(point: Path) -> Iterator[Path]:
    """Yield the groups below a hierarchy's root, but not those of runs: they come and go."""
    for folder, names, _ in os.walk(point):
        yield from (Path(folder, name) for name in names)
        names[:] = [name for name in names if not name.startswith("pythonide-")]


def groups_of_runs(launcher: int) -> int:
    """Count the groups of all its sandboxes, in every hierarchy."""
    return sum(1 for folder in control_groups(launcher) for entry in folder.iterdir() if entry.is_dir())
