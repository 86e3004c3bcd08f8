"""What a machine would show of runs that are over."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.system.looks import children, descendants, descriptors, groups_of_runs, is_zombie, mounts, opened
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
    """What lies in the data directory, the server's temporary files included, or by its name there in any workspace."""


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
    found: set[str] = set()
    for path in folder.rglob("*"):
        top, *rest = path.relative_to(folder).parts
        if top != "workspaces":
            found.add(str(path))
        elif len(rest) > 1:
            found.add("/".join(rest[1:]))
    return frozenset(found)


def settled(bench: Bench) -> bool:
    """The launcher watches one zygote and what is parked, each of that an init and the script's process."""
    watched = list(opened(bench.launcher)).count("anon_inode:[pidfd]")
    below = len(descendants(bench.launcher))
    return (watched, below) == (1 + bench.config.parked, 2 + 2 * bench.config.parked)


def assert_nothing_more(before: Left, after: Left) -> None:
    """Compare; the first look may meet the channels of a sandbox that is just ending, what leaks would be more after many."""
    assert after.zombies <= before.zombies
    assert after.processes == before.processes
    assert after.mounts == before.mounts
    assert after.groups == before.groups
    assert sorted(after.files - before.files) == []
    assert after.descriptors[0] <= before.descriptors[0]
    assert after.descriptors[1] <= before.descriptors[1]
