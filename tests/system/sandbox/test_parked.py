"""As many sandboxes wait as there were programs, and after a quiet while only a few."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from pythonide.adapters.sandbox import LauncherConfig
from tests.system.looks import children
from tests.system.sandbox.benches import OWNER, Bench, environment, open_bench, until

LIVE = 7
SLEEPS = "print('go')\nimport time\ntime.sleep(600)"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    environment(tmp_path)
    config = LauncherConfig(tmp_path, OWNER, preload={"bare": ()}, parked=2, parked_most=5, parked_seconds=1.0)
    async with open_bench(config) as bench:
        yield bench


def sandboxes(bench: Bench) -> int:
    return sum(len(children(zygote)) for zygote in bench.zygotes())


async def test_a_class_makes_the_launcher_park_more_and_its_end_fewer(bench: Bench) -> None:
    await until(lambda: sandboxes(bench) == 2)
    async with AsyncExitStack() as programs:
        for _ in range(LIVE):
            await programs.enter_async_context(bench.started(SLEEPS))
        await until(lambda: sandboxes(bench) == LIVE + 5)
    await until(lambda: sandboxes(bench) == 2)
