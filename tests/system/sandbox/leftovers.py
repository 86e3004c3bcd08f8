"""What a machine would show of runs that are over."""

import os
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.system.looks import (
    children,
    control_groups,
    descendants,
    descriptors,
    groups_of_runs,
    is_zombie,
    mounts,
    opened,
)
from tests.system.sandbox.benches import Bench


@dataclass(frozen=True)
class Left:
    """Of this process, which is the server here, and of its launcher."""

    processes: int
    zombies: int
    mounts: tuple[int, int]
    descriptors: tuple[int, int]
    groups: int
    files: frozenset[str]
    """What lies in the data directory and how often, the server's temporary files included, or by its name there in any workspace."""


def keep_temporary_files_in(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what this process, as the server, would leave in `/tmp` lie where `look` finds it."""
    (data / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(data / "temporary"))


def look(bench: Bench) -> Left:
    """Take stock."""
    below = descendants(bench.launcher)
    return Left(
        processes=len(below),
        zombies=sum(is_zombie(pid) for pid in below + children(os.getpid())),
        mounts=(len(mounts(os.getpid())), len(mounts(bench.launcher))),
        descriptors=(descriptors(os.getpid()), descriptors(bench.launcher)),
        groups=groups_of_runs(bench.launcher),
        files=_files(bench.config.data_dir),
    )


def _files(folder: Path) -> frozenset[str]:
    found: Counter[str] = Counter()
    for path in folder.rglob("*"):
        top, *rest = path.relative_to(folder).parts
        if top == "runs" and len(rest) > 1 and rest[1].isdigit():  # at tier C: of one run, or of a parked sandbox
            found["/".join([top, rest[0], "of a run", *rest[2:]])] += 1
        elif top != "workspaces":
            found[str(path)] += 1
        elif len(rest) > 1:
            found["/".join(rest[1:])] = 1
    return frozenset(f"{many} × {name}" for name, many in found.items())


def settled(bench: Bench) -> bool:
    """The launcher watches one zygote and what is parked: each of that an init, the script's process, a terminal that is nobody's yet, and its groups."""
    held = list(opened(bench.launcher))
    watched, terminals = held.count("anon_inode:[pidfd]"), sum(link.endswith("ptmx") for link in held)
    parked = bench.config.parked
    groups = groups_of_runs(bench.launcher)  # the kernel may need a while until an empty one can go
    places = len(control_groups(bench.launcher))
    return (
        (watched, terminals, groups) == (1 + parked, parked, parked * places)
        and len(descendants(bench.launcher)) == 2 + 2 * parked
        and [len(children(init)) for init in _inits(bench.launcher)] == [1] * parked
    )


def _inits(launcher: int) -> list[int]:
    zygotes = [zygote for watcher in children(launcher) for zygote in children(watcher)]
    return [init for zygote in zygotes for init in children(zygote)]


def assert_nothing_more(before: Left, after: Left) -> None:
    """Compare; the first look may meet the channels of a sandbox that is just ending, what leaks would be more after many."""
    assert after.zombies <= before.zombies
    assert after.processes == before.processes
    assert after.mounts == before.mounts
    assert after.groups == before.groups
    assert sorted(after.files - before.files) == []
    assert after.descriptors[0] <= before.descriptors[0]
    assert after.descriptors[1] <= before.descriptors[1]
