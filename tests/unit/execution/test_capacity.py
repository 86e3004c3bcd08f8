"""How many runs a machine takes, and what is read of the machine."""

from pathlib import Path

import pytest

from pythonide.adapters.capacity import measure
from pythonide.execution.capacity import Machine, caps_for, sandboxes_for
from pythonide.execution.policy import GIB, MIB
from pythonide_sandbox.layers import UID_SLOTS
from pythonide_sandbox.settings import LauncherSettings


@pytest.mark.parametrize(
    ("cores", "gigabytes", "running", "prompts"),
    [(1, 1, 4, 16), (2, 4, 24, 96), (2, 8, 56, 224), (4, 16, 120, 480), (2, 64, 64, 640), (64, 512, 192, 640)],
)
def test_cores_and_memory_decide(cores: int, gigabytes: int, running: int, prompts: int) -> None:
    caps = caps_for(Machine(cores, gigabytes * GIB))
    assert (caps.running_per_node, caps.prompts_per_node) == (running, prompts)


def test_there_is_a_user_id_for_each_sandbox_and_for_what_is_parked() -> None:
    caps = caps_for(Machine(1000, 10_000 * GIB))
    parked = LauncherSettings("", "", "", "", 0, 0).parked_most
    assert sandboxes_for(caps) + parked < UID_SLOTS


MEMINFO = "MemTotal:        8388608 kB\nMemFree: 1 kB\n"
FILES = {
    "a machine": ({}, 8 * GIB, None),
    "version 2, limited above": (
        {"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/memory.max": f"{GIB}\n", "sys/fs/cgroup/a/b/memory.max": "max\n"},
        GIB,
        None,
    ),
    "a container of version 2": (
        {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": f"{512 * MIB}", "sys/fs/cgroup/cpu.max": "50000 100000\n"},
        512 * MIB,
        0.5,
    ),
    "without a quota": ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, 8 * GIB, None),
    "a container of version 1": (
        {
            "proc/self/cgroup": "4:memory:/docker/1\n3:cpu,cpuacct:/docker/1\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{2 * GIB}\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "25000\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        },
        2 * GIB,
        0.25,
    ),
    "version 1 without limits": (
        {
            "proc/self/cgroup": "4:memory:/\n3:cpu:/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        },
        8 * GIB,
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_container_is_as_large_as_it_may_be(name: str, tmp_path: Path) -> None:
    files, memory, cores = FILES[name]
    for path, text in {"proc/meminfo": MEMINFO, **files}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    machine = measure(tmp_path)
    assert machine.memory_bytes == memory
    assert machine.cores == (cores or measure().cores)


def test_this_machine_has_a_size() -> None:
    machine = measure()
    assert machine.memory_bytes > 128 * MIB
    assert machine.cores > 0
