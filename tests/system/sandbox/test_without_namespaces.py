"""Tier C: what a run without namespaces leaves is killed and removed, whoever dies first; and the machine's limits choose it."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pythonide.adapters.sandbox import LauncherConfig
from pythonide.domain.runs import Limits
from pythonide.ports import Process
from pythonide_sandbox import landlock
from pythonide_sandbox.landlocked.ground import remove
from pythonide_sandbox.layers import Tier
from tests.system.looks import children, descendants, is_zombie
from tests.system.sandbox.benches import OWNER, Bench, environment, open_bench, tier_asked, until

pytestmark = pytest.mark.skipif(
    os.geteuid() == 0 or tier_asked() not in (None, Tier.LANDLOCK) or landlock.version() < landlock.ABI_WITH_SCOPES,
    reason="for an ordinary user, at tier C, which needs Linux 6.12",
)

DAEMONS = """
import os, time
for number in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork(): os._exit(0)
        time.sleep(600)
    os.wait()
print('go')
time.sleep(600)
"""
BOMB = """
import os, signal
for number in range(1, 65):
    if number not in (9, 19, 32, 33): signal.signal(number, signal.SIG_IGN)
print('go', flush=True)
while True:
    try:
        if os.fork() == 0: os.setsid()
    except OSError: pass
"""
HIDES = """
import os
home = os.path.expanduser('~')
for place in (home, os.environ['TMPDIR']):
    os.chdir(place)
    for depth in range(1500):
        os.mkdir('d' * 50)
        os.chdir('d' * 50)
    open('bottom', 'w').close()
os.mkdir(home + '/closed', 0)
os.mkdir(home + '/inside')
os.mkdir(home + '/inside/closed', 0)
os.symlink('/', home + '/link')
print('hidden')
"""


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    environment(tmp_path)
    config = LauncherConfig(tmp_path, OWNER, preload={"bare": ()}, parked_most=0, tier=Tier.LANDLOCK)
    async with open_bench(config) as bench:
        yield bench


def grounds(bench: Bench) -> Path:
    return bench.config.data_dir / "runs"


def places(bench: Bench) -> set[str]:
    """Return the folders of single runs, parked ones among them."""
    return {path.name for path in grounds(bench).glob("*/*") if path.name.isdigit()}


async def all_gone(pids: list[int]) -> None:
    await until(lambda: not [pid for pid in pids if Path(f"/proc/{pid}").exists() and not is_zombie(pid)])


async def test_daemons_are_dead_before_the_end_is_told(bench: Bench) -> None:
    """By the run's own keeper: the zygote, which would end them as well, is stopped meanwhile."""
    daemons: list[int] = []

    def stop_zygote_and_kill(process: Process) -> None:
        (zygote,) = bench.zygotes()
        for keeper in children(zygote):
            if len(of_this_run := descendants(keeper)) >= 4:
                daemons.extend(of_this_run)
        os.kill(zygote, signal.SIGSTOP)
        process.kill()

    _, _, end = await bench.run(DAEMONS, at_go=stop_zygote_and_kill)
    left = [pid for pid in daemons if Path(f"/proc/{pid}").exists() and not is_zombie(pid)]
    os.kill(bench.zygotes()[0], signal.SIGCONT)
    assert (end.exit_code, end.lost, end.limit) == (-9, False, None)
    assert len(daemons) == 4, "the script and three daemons"
    assert left == []


async def test_a_storm_of_forks_is_ended(bench: Bench) -> None:
    _, _, end = await bench.run(BOMB, at_go=lambda process: process.kill(), limits=Limits(processes=64))
    assert end.exit_code == -9
    await until(lambda: len(descendants(bench.launcher)) <= 2 + 2 * bench.config.parked)


async def test_what_a_killed_keeper_leaves_is_ended_by_the_zygote(bench: Bench) -> None:
    orphans: list[int] = []
    keepers: list[int] = []

    def kill_keepers(_: Process) -> None:
        for keeper in children(bench.zygotes()[0]):
            keepers.append(keeper)
            orphans.extend(descendants(keeper))
            os.kill(keeper, signal.SIGKILL)

    _, _, end = await bench.run(DAEMONS, at_go=kill_keepers)
    assert end.lost
    assert len(orphans) >= 4
    await all_gone(orphans)
    assert (await bench.run("print('fine')"))[0] == b"fine\r\n"
    await until(lambda: not places(bench) & {str(keeper) for keeper in keepers})


async def test_nothing_outlives_its_zygote(bench: Bench) -> None:
    doomed: list[int] = []

    def kill_zygote(_: Process) -> None:
        (zygote,) = bench.zygotes()
        doomed.extend([zygote, *descendants(zygote)])
        os.kill(zygote, signal.SIGKILL)

    _, _, end = await bench.run(DAEMONS, at_go=kill_zygote)
    assert end.lost
    assert len(doomed) >= 6
    await all_gone(doomed)
    assert (await bench.run("print('fine')"))[0] == b"fine\r\n"
    await until(lambda: len(list(grounds(bench).iterdir())) == 1)


async def test_nothing_outlives_a_launcher_that_is_killed(bench: Bench) -> None:
    """Not even with a zygote that does not notice that nobody speaks to it any more."""
    doomed: list[int] = []

    def kill_launcher(_: Process) -> None:
        doomed.extend(descendants(bench.launcher))
        os.kill(bench.zygotes()[0], signal.SIGSTOP)
        os.kill(bench.launcher, signal.SIGKILL)

    _, _, end = await bench.run(DAEMONS, at_go=kill_launcher)
    assert end.lost
    assert len(doomed) >= 6
    await all_gone(doomed)
    await until(lambda: list(grounds(bench).iterdir()) == [])


async def test_the_folders_of_a_run_go_with_it_however_they_are_left(bench: Bench) -> None:
    output, _, _ = await bench.run(HIDES)
    assert output == b"hidden\r\n"
    await until(lambda: len(places(bench)) == bench.config.parked)


async def test_each_run_has_a_home_and_a_temporary_folder_of_its_own(bench: Bench) -> None:
    source = (
        "import os, tempfile\n"
        "print(os.path.expanduser('~'), tempfile.gettempdir(), os.listdir(tempfile.gettempdir()))\n"
        "open(tempfile.gettempdir() + '/mine', 'w').close()"
    )
    first, second = [(await bench.run(source))[0].split() for _ in range(2)]
    assert first[0] != second[0]
    assert first[1] != second[1]
    assert first[2] == second[2] == b"[]"


def test_links_lead_the_removal_nowhere(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("x")
    (tmp_path / "gone" / "inside").mkdir(parents=True)
    (tmp_path / "gone" / "link").symlink_to(tmp_path / "kept")
    (tmp_path / "gone" / "inside" / "link").symlink_to(tmp_path / "kept")
    remove(str(tmp_path / "gone"))
    remove(str(tmp_path / "gone"))
    assert not (tmp_path / "gone").exists()
    assert (tmp_path / "kept" / "file").read_text() == "x"


WITHOUT_USER_NAMESPACES = """
import os, sys
from pythonide_sandbox import syscalls
uid, gid = os.getuid(), os.getgid()
syscalls.unshare(syscalls.CLONE_NEWUSER)
for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
    open(f"/proc/self/{name}", "w").write(text)
open("/proc/sys/user/max_user_namespaces", "w").write("0")
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
TRIES_OUT = """
import sys
from pathlib import Path
from pythonide.adapters.sandbox.trial import try_out
from tests.system.sandbox.benches import OWNER
trial = try_out(Path(sys.argv[1]), Path(sys.base_prefix), OWNER)
print(trial.tier, *trial.ran, trial.why)
"""


def test_where_user_namespaces_are_off_tier_c_is_chosen(tmp_path: Path) -> None:
    """As the doctor finds it, who runs a program to its end before anything is installed."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONIDE_TEST_TIER"}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_USER_NAMESPACES, "-c", TRIES_OUT, str(tmp_path)],
        capture_output=True, text=True, timeout=60, check=False, env=variables,
    )  # fmt: skip
    assert done.stdout.split()[-2:] == ["C", "bare"], done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
