"""What the doctor finds by trying, on this machine and on ones described by their mounts."""

import os
import signal
import sys
from pathlib import Path

import pytest

from pythonide.adapters import machine

HYBRID = """\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
34 31 0:31 / {one}/memory rw,relatime - cgroup cgroup rw,memory
38 31 0:35 / {one}/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
41 31 0:38 / {one}/unified rw,relatime - cgroup2 cgroup2 rw
"""
PURE = "30 23 0:26 / {one} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"


def test_a_refusal_is_told_and_success_is_none() -> None:
    """Each attempt happens in a child: neither its failure nor its success touches this process."""

    def fail() -> None:
        raise PermissionError(1, "Operation not permitted")

    assert machine.refusal(lambda: None) is None
    assert machine.refusal(fail) == "Operation not permitted"
    assert "killed" in (machine.refusal(lambda: os.kill(os.getpid(), signal.SIGKILL)) or "")


def test_every_kind_of_namespace_is_tried() -> None:
    before = os.readlink("/proc/self/ns/net")
    assert set(machine.namespaces()) == set(machine.NAMESPACES)
    assert os.readlink("/proc/self/ns/net") == before


def test_version_one_with_an_empty_version_two_beside_it(tmp_path: Path) -> None:
    """A hybrid machine's version 2 has no controllers: what counts is where they are."""
    for name in ("memory", "cpu", "unified"):
        (tmp_path / name).mkdir()
    found = machine.cgroups(HYBRID.format(one=tmp_path))
    assert (found.version, found.writable) == (1, ("memory", "cpu"))


def test_version_two_counts_only_what_is_delegated(tmp_path: Path) -> None:
    """In version 2 a controller must be there and the folder ours."""
    own = Path("/proc/self/cgroup").read_text(encoding="utf-8").rpartition("::")[2].strip().lstrip("/")
    folder = tmp_path / own
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cgroup.controllers").write_text("cpuset cpu memory\n", encoding="utf-8")
    (folder / "cgroup.subtree_control").touch()
    found = machine.cgroups(PURE.format(one=tmp_path))
    assert (found.version, found.writable) == (2, ("memory", "cpu"))


def test_no_cgroups_at_all() -> None:
    assert machine.cgroups("").version is None


def test_an_interpreter_that_is_none(tmp_path: Path) -> None:
    """Missing, not executable, not Python: each is said in words."""
    broken = tmp_path / "python"
    assert "No such file" in (machine.interpreter_refusal(broken) or "")
    broken.write_text("#!/bin/sh\necho I am no Python >&2\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    assert "no Python" in (machine.interpreter_refusal(broken) or "")
    assert machine.interpreter_refusal(Path(sys.executable)) is None


def test_missing_packages_are_named() -> None:
    assert machine.packages_missing(Path(sys.executable), ("json", "no_such_package")) == ("no_such_package",)


def test_a_fork_that_never_computes_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: an interpreter whose numpy dies in the child, as OpenBLAS 0.3.30 did."""
    assert not machine.survives_fork(Path("/bin/false"))
    monkeypatch.setattr(machine, "FORK_TEST", "import os; os._exit(0)")
    assert machine.survives_fork(Path(sys.executable))


def test_the_filter_of_every_run_holds_here() -> None:
    assert machine.seccomp_refusal() is None
