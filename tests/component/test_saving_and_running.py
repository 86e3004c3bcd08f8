"""Files while programs run: nothing waits for a prompt, and what runs is one state that somebody saw."""

from pathlib import Path

import anyio
import pytest

from pythonide_client import connected
from tests.fakes.papers import Paper, write
from tests.fakes.sandboxes import Exited, FakeProcess
from tests.fakes.site import START, Site, open_site

pytestmark = pytest.mark.anyio


async def test_a_file_is_typed_in_and_run_again_while_its_program_and_its_prompt_live(site: Site) -> None:
    """A run once held its files until its prompt ended: every save and every next run of them waited for ever."""
    who, own = await site.enter("ada"), await site.own("ada")
    file = {"workspace": own, "path": "echo.py"}
    with anyio.fail_after(60):
        async with connected(who) as page:
            await page.ask("workspace.open", workspace=own)
            paper = await write(page, own, "echo.py", "x = 0\n")
            run = (await page.ask("run.start", **file, seen={"echo.py": paper.cursor}))["run"]
            attached = await page.ask("run.attach", run=run)
            waiting = attached["snapshot"]["waiting"]
            while not waiting and not any(event["type"] == "run.waiting" for event in page.events):
                await page.receive()
            paper.type(0, "x = 1\n")
            await paper.save(page)
            await page.type(attached["channel"], 0, b"answer\n")
            while not any(event["type"] == "run.script_ended" for event in page.events):
                await page.receive()
            paper.type(0, "x = 2\n")
            await paper.catch_up(page, await paper.save(page))
            await page.ask("file.rename", workspace=own, source="echo.py", target="kept.py")
            await page.ask("file.rename", workspace=own, source="kept.py", target="echo.py")
            second = await page.ask("run.start", **file, seen={"echo.py": paper.cursor})
            assert second["run"] != run
            assert (site.folder(own) / "echo.py").read_text() == paper.text == "x = 2\nx = 1\nx = 0\n"


async def test_every_run_sees_exactly_one_state_of_the_text(tmp_path: Path) -> None:
    """One page types and another runs, as fast as they can; each state is long enough to be cut."""
    async with open_site(tmp_path) as site:
        who, own = await site.enter("ada"), await site.own("ada")
        seen: list[str] = []
        states = {START.decode()}

        async def read_itself(process: FakeProcess) -> None:
            seen.append((site.folder(own) / "hello.py").read_text())
            raise Exited(0)

        site.sandboxes.behaviours["hello.py"] = read_itself
        typed = 0
        done = anyio.Event()

        async def type_on() -> None:
            nonlocal typed
            async with connected(who) as page:
                paper = Paper(own, "hello.py")
                await paper.open(page)
                while not done.is_set():
                    paper.erase(0, len(paper.text))
                    paper.type(0, f"# {typed}\n" * 600)
                    states.update(("", paper.text))
                    await paper.save(page)
                    typed += 1

        async def run() -> None:
            async with connected(who) as page:
                while len(seen) < 15 or typed < 2:
                    started = await page.ask("run.start", workspace=own, path="hello.py")
                    attached = await page.ask("run.attach", run=started["run"])
                    while attached["channel"] not in page.ended:
                        await page.receive()
            done.set()

        with anyio.fail_after(100):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(type_on)
                tasks.start_soon(run)
    assert typed > 1
    for text in seen:
        assert text in states, "a run saw half of one state and half of another"
