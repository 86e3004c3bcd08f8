"""One zygote or one run may die at any moment; the launcher, and every other run, must not notice."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest
from structlog.testing import capture_logs

from pythonide.adapters.sandbox import LauncherConfig
from pythonide.domain.errors import UnavailableError
from pythonide.domain.ids import RunId, new_id
from pythonide.ports import Process, ProcessEnd, SandboxSpec
from tests.system.looks import children, descendants
from tests.system.sandbox.benches import OWNER, Bench, environment, open_bench, until

SLEEPS = "print('go')\nimport time\ntime.sleep(600)"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    environment(tmp_path)
    async with open_bench(LauncherConfig(tmp_path, OWNER, preload={"bare": ()})) as bench:
        yield bench


async def kill_until_gone(pids: list[int]) -> None:
    assert pids
    for pid in pids:
        with_luck(pid)
    await gone(pids)


async def gone(pids: list[int]) -> None:
    """Return once none of these processes is there: what is killed takes its time to die."""
    await until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def kill_zygotes(bench: Bench) -> None:
    for zygote in bench.zygotes():
        os.kill(zygote, signal.SIGKILL)


async def still_works(bench: Bench) -> None:
    output, _, end = await bench.run("print('fine')")
    assert (output, end.exit_code) == (b"fine\r\n", 0)


async def test_a_zygote_killed_while_it_starts_fails_its_requests_and_nothing_else(tmp_path: Path) -> None:
    environment(tmp_path)
    environment(tmp_path, "slow", never="import time\ntime.sleep(600)")
    config = LauncherConfig(tmp_path, OWNER, preload={"slow": ("never",), "bare": ()})
    async with open_bench(config) as bench:
        await still_works(bench)  # and the slow one is on its way

        async def refused() -> None:
            with pytest.raises(UnavailableError) as refusal:
                await bench.run("print(1)", environment="slow")
            assert "slow" in str(refusal.value.details["reason"])

        async with anyio.create_task_group() as group:
            group.start_soon(refused)
            group.start_soon(refused)
            await anyio.wait_all_tasks_blocked()
            os.kill(bench.zygotes()[0], signal.SIGKILL)
        await still_works(bench)
        assert "slow" in bench.service.notices.failures


@pytest.mark.parametrize(
    "fault",
    [
        "raise ImportError('this package is broken')",
        "import os, sys\nsys.stderr.write('words ' * 20000 + 'broken')\nsys.stderr.flush()\nos._exit(3)",
        "import os\nos.close(2)\nos.kill(os.getpid(), 9)\nos._exit(1)",
        "import ctypes\nctypes.string_at(0)",
    ],
    ids=["raises", "says much and dies", "closes everything", "crashes"],
)
async def test_an_environment_that_dies_at_start_is_named_with_its_reason(tmp_path: Path, fault: str) -> None:
    environment(tmp_path)
    environment(tmp_path, "broken", fault=fault)
    config = LauncherConfig(tmp_path, OWNER, preload={"broken": ("fault",), "bare": ()})
    with capture_logs() as log:
        async with open_bench(config) as bench:
            await until(lambda: "broken" in bench.service.notices.failures)
            assert bench.service.degraded
            with pytest.raises(UnavailableError, match="could not be made"):
                await bench.run("print(1)", environment="broken")
            await still_works(bench)
            reason = bench.service.notices.failures["broken"]
    assert "broken" in reason or "fault" not in fault
    assert any(entry["event"] == "environment_failed" and entry["failure"] == reason for entry in log)
    assert any(entry["event"] == "sandbox_refused" for entry in log)


async def test_an_environment_without_an_interpreter_says_what_could_not_be_started(tmp_path: Path) -> None:
    """The forked process must end there: it is a copy of the launcher, and would go on as a second one."""
    environment(tmp_path)
    environment(tmp_path, "empty")
    (tmp_path / "environments" / "empty" / "bin" / "python").unlink()
    async with open_bench(LauncherConfig(tmp_path, OWNER, preload={"empty": (), "bare": ()})) as bench:
        await until(lambda: "empty" in bench.service.notices.failures)
        assert "env/bin/python" in bench.service.notices.failures["empty"]
        await still_works(bench)


async def test_an_environment_that_failed_is_tried_again(tmp_path: Path) -> None:
    """The cause may go away: here a module that was not there yet."""
    environment(tmp_path)
    environment(tmp_path, "later")
    config = LauncherConfig(tmp_path, OWNER, preload={"later": ("comes",), "bare": ()})
    async with open_bench(config) as bench:
        await until(lambda: "later" in bench.service.notices.failures)
        for folder in (tmp_path / "environments" / "later").glob("lib/*/site-packages"):
            (folder / "comes.py").write_text("")
        await until(lambda: "later" not in bench.service.notices.failures)
        assert not bench.service.degraded
        assert (await bench.run("import comes\nprint('here')", environment="later"))[0] == b"here\r\n"


async def test_a_warm_zygote_that_is_killed_is_replaced(bench: Bench) -> None:
    await still_works(bench)
    for _ in range(3):
        await kill_until_gone(bench.zygotes())
        await still_works(bench)


async def test_its_runs_are_lost_with_a_zygote_and_say_so(bench: Bench) -> None:
    doomed: list[int] = []

    def kill(_: Process) -> None:
        doomed.extend(pid for zygote in bench.zygotes() for pid in [zygote, *descendants(zygote)])
        kill_zygotes(bench)

    _, _, end = await bench.run(SLEEPS, at_go=kill)
    assert end.lost
    await gone(doomed)
    await still_works(bench)


async def test_parked_sandboxes_may_die(bench: Bench) -> None:
    await still_works(bench)
    await until(lambda: len(children(bench.zygotes()[0])) >= bench.config.parked)
    await kill_until_gone(children(bench.zygotes()[0]))
    for _ in range(2 * bench.config.parked):
        await still_works(bench)


async def test_a_run_whose_init_is_killed_is_lost(bench: Bench) -> None:
    before: list[int] = []

    def kill_init(_: Process) -> None:
        for init in children(bench.zygotes()[0]):
            with_luck(init)
            before.append(init)

    _, _, end = await bench.run(SLEEPS, at_go=kill_init)
    assert end.lost
    assert before
    await gone(before)
    await still_works(bench)


async def test_requests_that_wait_for_a_fork_survive_the_zygote(tmp_path: Path) -> None:
    """With nothing parked each request waits for its fork; the zygote is stopped meanwhile, then killed."""
    environment(tmp_path)
    async with open_bench(LauncherConfig(tmp_path, OWNER, preload={"bare": ()}, parked=0, parked_most=0)) as bench:
        await still_works(bench)
        await until(lambda: len(bench.zygotes()) == 1)
        (zygote,) = bench.zygotes()
        os.kill(zygote, signal.SIGSTOP)
        async with anyio.create_task_group() as group:
            for _ in range(6):
                group.start_soon(still_works, bench)
            await anyio.wait_all_tasks_blocked()
            os.kill(zygote, signal.SIGKILL)
        await still_works(bench)


DIES_SLOWLY = """
import os, resource
most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
many = [os.open("/dev/null", os.O_RDONLY) for _ in range(min(most, 20_000) - 100)]
os.fork = lambda: os._exit(1)
"""


async def test_a_request_in_the_hands_of_a_dying_zygote_goes_to_the_next_one(tmp_path: Path) -> None:
    """The kernel closes the request's socket long before the zygote's own, which has all the others between."""
    environment(tmp_path, fault=DIES_SLOWLY)
    config = LauncherConfig(tmp_path, OWNER, preload={"bare": ("fault",)}, parked=0, parked_most=0)
    with capture_logs() as log:
        async with open_bench(config) as bench:
            await until(lambda: any(entry["event"] == "environment_ready" for entry in log))
            for module in (tmp_path / "environments").glob("bare/lib/*/site-packages/fault.py"):
                module.write_text("")
            await still_works(bench)
    assert any(entry["event"] == "environment_failed" for entry in log)
    assert not any(entry["event"] == "sandbox_refused" for entry in log)


async def test_storms_of_runs_and_kills(bench: Bench) -> None:
    """Whatever is killed, every run gets an end or a refusal, and the launcher lives on with nothing left over."""
    ends: list[ProcessEnd | UnavailableError] = []

    async def one(number: int) -> None:
        try:
            ends.append((await bench.run("print('go')" if number % 2 else SLEEPS, at_go=end_it))[2])
        except UnavailableError as refusal:
            ends.append(refusal)

    killed: list[int] = []

    def end_it(process: Process) -> None:
        process.kill()

    for storm in range(8):
        async with anyio.create_task_group() as group:
            for number in range(8):
                group.start_soon(one, number)
            for _ in range(storm):
                await anyio.lowlevel.checkpoint()
            doomed = [pid for zygote in bench.zygotes() for pid in [zygote, *children(zygote)]]
            killed += doomed
            for pid in reversed(doomed) if storm % 2 else doomed:
                with_luck(pid)
    assert len(ends) == 64
    await gone(killed)
    # A zygote that was killed while it started is tried again after a while; until then requests are refused.
    await until(lambda: any(children(zygote) for zygote in bench.zygotes() if zygote not in killed))
    await still_works(bench)
    assert os.path.exists(f"/proc/{bench.launcher}")
    await until(lambda: len(bench.watchers()) == 1)


def with_luck(pid: int) -> None:
    """Kill a process that may just have ended by itself: a zygote's children come and go while it parks."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


async def test_a_request_the_launcher_does_not_understand_is_answered_at_once(bench: Bench) -> None:
    spec = SandboxSpec(RunId(new_id()), bench.workspace(""), (), "no such name!")
    with capture_logs() as log, pytest.raises(UnavailableError, match="could not be made"), anyio.fail_after(30):
        async with bench.service.open(spec):
            pass
    assert any(entry["event"] == "launcher_did_not_understand" for entry in log)
    await still_works(bench)


async def test_a_sandbox_nobody_takes_any_more_is_ended(bench: Bench) -> None:
    """Whoever asked may be cancelled at any moment, even between the answer and waking up."""
    await still_works(bench)
    descriptors = len(os.listdir("/proc/self/fd"))
    for steps in range(12):
        spec = bench.spec(SLEEPS)
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as group:

                async def ask(spec: SandboxSpec = spec) -> None:
                    async with bench.service.open(spec):
                        await anyio.sleep_forever()

                group.start_soon(ask)
                for _ in range(steps):
                    await anyio.lowlevel.checkpoint()
                scope.cancel()
    await still_works(bench)
    assert len(os.listdir("/proc/self/fd")) == descriptors
    await until(lambda: len(children(bench.zygotes()[0])) <= bench.config.parked)
