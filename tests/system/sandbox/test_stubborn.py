"""Row 19 of the failure modes: limits come from outside, so no program can refuse to end, whatever it does.

Real processes under the real driver: polite interrupt, grace, kill; the reason is the one that was asked for.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import anyio
import pytest

from pythonide.adapters.clock import SystemClock
from pythonide.adapters.sandbox import LauncherConfig
from pythonide.domain.ids import RunId, UserId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import EndReason, Limit, Limits
from pythonide.execution import policy
from pythonide.execution.policy import Patience, RunPolicy
from pythonide.execution.request import RunRequest
from pythonide.execution.run import Run
from pythonide.execution.supervisor import Supervisor, World, supervising
from tests.fakes.stores import FakeJournal, FakeSlots
from tests.fakes.world import Files, text
from tests.system.looks import descendants
from tests.system.sandbox.benches import OWNER, PATIENCE, Bench, environment, open_bench, until

GO = "print('go', flush=True)\n"
POLITE = {
    "computes in C, and looks up now and then": GO + "import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')",
    "raises to a power in C": GO + "pow(7, 10 ** 8)",
    "cleans up": "try:\n  " + GO + "  while True: pass\nfinally:\n  print('cleaned up', flush=True)",
}
STUBBORN = {
    "catches everything": GO + "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
    "ignores the interrupt": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + GO + "while True: pass",
    "blocks all signals": (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n" + GO + "while True: pass"
    ),
    "sums in C": GO + "sum(range(10 ** 15))",
    "loops while it leaves": (
        "class Door:\n"
        "  def __enter__(self): pass\n"
        "  def __exit__(self, *what):\n"
        "    while True:\n"
        "      try:\n"
        "        while True: pass\n"
        "      except KeyboardInterrupt: pass\n"
        "with Door():\n  " + GO + "  while True: pass"
    ),
    "recurses for ever": (
        GO
        + "def deep():\n  try:\n    deep()\n  except BaseException:\n    deep()\nwhile True:\n  try: deep()\n  except BaseException: pass"
    ),
    "keeps a thread": (
        "import threading\nthreading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()\n"
        + GO
        + "while True:\n  try: threading.Event().wait()\n  except BaseException: pass"
    ),
    "leaves children behind": (
        "import os, signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "for _ in range(8):\n  if os.fork() == 0:\n    os.setsid()\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    time.sleep(600)\n"
        + GO
        + "time.sleep(600)"
    ),
    "stops itself": "import os, signal\n" + GO + "os.kill(os.getpid(), signal.SIGSTOP)",
}
STORM = GO + "import os\nwhile True:\n  try: os.fork()\n  except BaseException: pass"
WALL = 1.5
DEAF = ("ignores the interrupt", "blocks all signals", "sums in C", "leaves children behind", "stops itself")


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more policy, with a time limit that a test can wait for."""
    limits = Limits(wall_seconds=WALL)
    known = {
        "timed": RunPolicy("timed", "bare", limits, Patience(grace=0.5)),
        "stopped": RunPolicy("stopped", "bare", Limits(), Patience(interrupt=0.5)),
        "narrow": RunPolicy("narrow", "bare", replace(limits, processes=16), Patience(grace=0.5)),
    }
    monkeypatch.setattr(policy, "POLICIES", MappingProxyType(known))


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    environment(tmp_path)
    async with open_bench(LauncherConfig(tmp_path, OWNER, preload={"bare": ()}, parked_most=0)) as bench:
        yield bench


def press_run(bench: Bench, supervisor: Supervisor, source: str, name: str) -> Run:
    file = WorkspacePath.parse("main.py")
    user = UserId(new_id())
    return supervisor.start(
        RunRequest(
            run=RunId(new_id()),
            user=user,
            workspace=bench.workspace(source),
            slot=file,
            file=file,
            interactive=False,
            policy=name,
        )
    )


async def all_of_them(bench: Bench, programs: dict[str, str], name: str, *, stop: bool = False) -> dict[str, Run]:
    """Run the programs at once, press Stop on each when it has begun if asked to, and wait until they are over."""
    world = World(SystemClock(), bench.service, FakeSlots(), FakeJournal(), Files())
    with anyio.fail_after(PATIENCE):
        async with supervising(world) as supervisor:
            runs = {what: press_run(bench, supervisor, source, name) for what, source in programs.items()}
            for run in runs.values():
                if stop:
                    await until(lambda run=run: "go" in text(run) or run.finished.is_set())
                    run.press_stop()
            for run in runs.values():
                await run.finished.wait()
            assert supervisor.incidents == 0
    await until(lambda: len(descendants(bench.launcher)) <= 2 + 2 * bench.config.parked)
    return runs


def reasons(runs: dict[str, Run]) -> dict[str, tuple[EndReason, Limit | None]]:
    outcomes = {what: run.events.view.outcome for what, run in runs.items()}
    return {what: (outcome.reason, outcome.limit) for what, outcome in outcomes.items() if outcome is not None}


async def test_every_stubborn_program_ends_at_its_time_limit(bench: Bench) -> None:
    runs = await all_of_them(bench, STUBBORN | POLITE, "timed")
    expected = dict.fromkeys(STUBBORN | POLITE, (EndReason.TIMED_OUT, Limit.WALL))
    assert reasons(runs) == expected
    assert "cleaned up" in text(runs["cleans up"])
    killed = {what: run.events.view.outcome.exit_code for what, run in runs.items() if run.events.view.outcome}
    assert {killed[what] for what in DEAF} == {-9}, "no interrupt suffices for these"


async def test_every_stubborn_program_ends_when_it_is_stopped(bench: Bench) -> None:
    runs = await all_of_them(bench, STUBBORN, "stopped", stop=True)
    assert reasons(runs) == dict.fromkeys(STUBBORN, (EndReason.STOPPED_BY_USER, None))


async def test_a_storm_of_forks_ends(bench: Bench) -> None:
    """Either the many refused forks are noticed first, or the time is over; nothing of it is left."""
    (end,) = reasons(await all_of_them(bench, {"storm": STORM}, "narrow")).values()
    assert end in {(EndReason.TIMED_OUT, Limit.WALL), (EndReason.KILLED_BY_LIMIT, Limit.PROCESSES)}
