"""What the launcher relies on in a run's control group: on this machine's real one, and on files laid out as version 2 does."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from pythonide_sandbox import cgroups
from pythonide_sandbox.cgroups import Group, Groups, GroupsV2

MEBIBYTE = 1 << 20
WAITS = "import sys\nsys.stdin.readline()\n"
EATS = WAITS + "x = bytearray(b'x') * (200 << 20)\nprint('fed')"
FORKS = WAITS + (
    "import os\nrefused = 0\nfor _ in range(20):\n  try:\n    if os.fork() == 0: os.read(0, 1)\n"
    "  except OSError: refused += 1\nprint(refused, flush=True)\nsys.stdin.readline()"
)
COMPUTES = WAITS + "import time\nwhile time.process_time() < 0.3: pass\nprint('done', flush=True)\nsys.stdin.readline()"


@pytest.fixture
def real() -> Iterator[Groups]:
    groups = cgroups.find()
    if groups is None:
        pytest.skip("no control groups are delegated to this user; the version 2 layout is tested on files")
    yield groups
    groups.close()


def start(source: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-I", "-S", "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def say(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


async def removed(group: Group) -> None:
    with anyio.fail_after(20):
        while not group.remove():
            await anyio.lowlevel.checkpoint()


async def test_memory_is_limited_and_the_kill_is_counted(real: Groups) -> None:
    group = real.make("memory")
    eater = start(EATS)
    group.attach(eater.pid)
    group.limit(64 * MEBIBYTE, 16)
    assert group.memory_kills() == 0
    say(eater)
    assert eater.wait(60) == -signal.SIGKILL
    assert group.memory_kills() >= 1
    assert 32 * MEBIBYTE < (group.peak_memory_bytes() or 0) <= 64 * MEBIBYTE
    end(eater)
    await removed(group)


async def test_processes_are_limited_and_refusals_are_counted(real: Groups) -> None:
    group = real.make("processes")
    forker = start(FORKS)
    group.attach(forker.pid)
    group.limit(64 * MEBIBYTE, 5)
    say(forker)
    assert int(hear(forker)) >= 16
    assert group.refused_forks() >= 16
    assert not group.remove(), "somebody is in it"
    end(forker)
    await removed(group)
    assert group.remove(), "twice is harmless"


async def test_processor_time_is_measured(real: Groups) -> None:
    group = real.make("processor")
    worker = start(COMPUTES)
    group.attach(worker.pid)
    say(worker)
    assert hear(worker) == b"done"
    assert group.cpu_seconds() >= 0.25
    end(worker)
    await removed(group)


def weight(process: int | str) -> int:
    """Return the version 1 weight of a process's group among its neighbours."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        if right.startswith("cgroup ") and "cpu" in right.split(" ", 2)[2].split(","):
            point = Path(left.split()[4])
            for own in Path(f"/proc/{process}/cgroup").read_text().splitlines():
                _, controllers, path = own.split(":", 2)
                if "cpu" in controllers.split(","):
                    return int((point / path.lstrip("/") / "cpu.shares").read_text())
    pytest.skip("this machine has no version 1 group that shares processors out; version 2 is tested on files")


async def test_a_run_weighs_what_it_is_given(real: Groups) -> None:
    group, normal = real.make("weighed"), weight("self")
    worker = start(WAITS)
    group.attach(worker.pid)
    assert weight(worker.pid) == normal, "as much as an ordinary group"
    group.weigh(1 / 4)
    assert weight(worker.pid) == normal // 4
    group.weigh(1.0)
    assert weight(worker.pid) == normal
    end(worker)
    await removed(group)


def test_a_process_that_has_ended_cannot_be_attached(real: Groups) -> None:
    ended = start("")
    ended.communicate()
    group = real.make("late")
    with pytest.raises(OSError):
        group.attach(ended.pid)
    assert group.remove()


def test_what_a_killed_launcher_left_is_swept(real: Groups) -> None:
    """The next launcher removes the folders of one that is gone."""
    gone = start("")
    gone.communicate()
    left = real.make("x")
    here = next(folder for point in mount_points() for folder in point.glob(f"**/pythonide-{os.getpid()}"))
    orphan = here.parent / f"pythonide-{gone.pid}"
    (orphan / "run-1").mkdir(parents=True)
    again = cgroups.find()
    assert again is not None
    assert not orphan.exists()
    assert left.remove()


def test_what_is_still_dying_of_a_killed_launcher_is_removed_later(real: Groups) -> None:
    gone = start("")
    gone.communicate()
    here = next(folder for point in mount_points() for folder in point.glob(f"**/pythonide-{os.getpid()}"))
    orphan = here.parent / f"pythonide-{gone.pid}"
    (orphan / "run-1").mkdir(parents=True)
    with subprocess.Popen(["sleep", "600"]) as dying:
        (orphan / "run-1" / "cgroup.procs").write_text(str(dying.pid))
        again = cgroups.find()
        assert again is not None
        assert [left for left in again.left if not left.remove()]
        dying.kill()
    assert all(left.remove() for left in again.left)
    assert not orphan.exists()


def mount_points() -> list[Path]:
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [Path(line.split()[4]) for line in lines if line.partition(" - ")[2].startswith("cgroup")]


# --- version 2, as files: what is written where, and what is read from where


@pytest.fixture
def delegated(tmp_path: Path) -> Path:
    """A folder that systemd would have delegated: controllers there, nothing given on, this process in it."""
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    (tmp_path / "cgroup.procs").write_text("4711\n4712\n")
    ours = tmp_path / "pythonide-1"
    ours.mkdir()
    (ours / "cgroup.controllers").write_text("cpu memory pids\n")
    return tmp_path


def test_version_2_gives_controllers_on_after_emptying_the_folder(delegated: Path) -> None:
    groups = GroupsV2(delegated, 1, is_root=False)
    assert groups.version == 2
    for folder in (delegated, delegated / "pythonide-1"):
        assert set((folder / "cgroup.subtree_control").read_text().split()) == {"+memory", "+pids", "+cpu"}
    assert (delegated / "server" / "cgroup.procs").read_text() == "4712", "each moved by a write of its own"


def test_version_2_weighs_runs_alike_and_beside_bare_processes_as_four_on_each_processor(delegated: Path) -> None:
    ours = delegated / "pythonide-1"
    (ours / "cpu.weight").write_text("100\n")
    group = GroupsV2(delegated, 1, is_root=False).make("run-1")
    assert (ours / "cpu.weight").read_text() == "100\n", "beside the server's leaf, which weighs the same"
    GroupsV2(delegated, 1, is_root=True)
    assert int((ours / "cpu.weight").read_text()) == 4 * 100 * (os.cpu_count() or 1)
    group.weigh(1 / 4)
    assert not (ours / "run-1" / "cpu.weight").exists(), "cpu is not delegated: the run goes on without"
    (ours / "run-1" / "cpu.weight").write_text("100\n")
    group.weigh(1 / 4)
    assert (ours / "run-1" / "cpu.weight").read_text() == "25"


def test_version_2_without_the_controllers_is_refused(delegated: Path) -> None:
    (delegated / "cgroup.controllers").write_text("cpu hugetlb\n")
    with pytest.raises(OSError, match="not delegated"):
        GroupsV2(delegated, 1, is_root=True)


def test_version_2_group(delegated: Path) -> None:
    group = GroupsV2(delegated, 1, is_root=True).make("run-1")
    folder = delegated / "pythonide-1" / "run-1"
    for name in ("memory.swap.max", "memory.oom.group", "cgroup.kill"):
        (folder / name).touch()
    group.attach(42)
    group.limit(64 * MEBIBYTE, 10)
    group.kill()
    written = {
        "cgroup.procs": "42",
        "memory.max": str(64 * MEBIBYTE),
        "pids.max": "10",
        "memory.swap.max": "0",
        "memory.oom.group": "1",
        "cgroup.kill": "1",
    }
    assert {name: (folder / name).read_text() for name in written} == written
    (folder / "memory.events").write_text("low 0\nhigh 0\nmax 9\noom 3\noom_kill 2\noom_group_kill 1\n")
    (folder / "pids.events").write_text("max 17\n")
    (folder / "cpu.stat").write_text("usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\n")
    (folder / "memory.peak").write_text("1048576\n")
    assert (group.memory_kills(), group.refused_forks(), group.cpu_seconds()) == (2, 17, 2.5)
    assert group.peak_memory_bytes() == MEBIBYTE


def test_version_2_group_of_an_old_kernel(delegated: Path) -> None:
    """Before 5.19 there is no memory.peak, before 5.14 no cgroup.kill: neither is an error."""
    group = GroupsV2(delegated, 1, is_root=True).make("run-1")
    (delegated / "pythonide-1" / "run-1").rmdir()
    group.kill()
    assert group.peak_memory_bytes() is None
    assert (group.memory_kills(), group.refused_forks(), group.cpu_seconds()) == (0, 0, 0.0)
    assert group.remove()
