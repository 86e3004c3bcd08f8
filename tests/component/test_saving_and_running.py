"""Files while programs run: nothing waits for a prompt, and what runs is one saved version."""

import hashlib
from pathlib import Path

import anyio
import pytest

from pythonide_client import connected
from tests.fakes.sandboxes import Exited, FakeProcess
from tests.fakes.site import START_REVISION, Site, open_site

pytestmark = pytest.mark.anyio


def revision(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def test_a_file_is_saved_and_run_again_while_its_program_and_its_prompt_live(site: Site) -> None:
    """A run once held its files until its prompt ended: every save and every next run of them waited for ever."""
    who, own = await site.enter("ada"), await site.own("ada")
    file = {"workspace": own, "path": "echo.py"}
    with anyio.fail_after(60):
        async with connected(who) as page:
            await page.ask("workspace.open", workspace=own)
            run = (await page.ask("run.start", **file, revisions={"echo.py": START_REVISION}))["run"]
            attached = await page.ask("run.attach", run=run)
            waiting = attached["snapshot"]["waiting"]
            while not waiting and not any(event["type"] == "run.waiting" for event in page.events):
                await page.receive()
            saved = await page.ask("document.save", **file, base=START_REVISION, text="x = 1\n")
            assert saved["revision"] == revision("x = 1\n")
            await page.type(attached["channel"], 0, b"answer\n")
            while not any(event["type"] == "run.script_ended" for event in page.events):
                await page.receive()
            again = await page.ask("document.save", **file, base=saved["revision"], text="x = 2\n")
            await page.ask("file.rename", workspace=own, source="echo.py", target="kept.py")
            await page.ask("file.rename", workspace=own, source="kept.py", target="echo.py")
            second = await page.ask("run.start", **file, revisions={"echo.py": again["revision"]})
            assert second["run"] != run


async def test_every_run_sees_exactly_one_saved_version(tmp_path: Path) -> None:
    """A saver and a runner hammer one file; each version is long enough to be cut."""
    async with open_site(tmp_path) as site:
        who, own = await site.enter("ada"), await site.own("ada")
        seen: list[bytes] = []

        async def read_itself(process: FakeProcess) -> None:
            seen.append((site.folder(own) / "hello.py").read_bytes())
            raise Exited(0)

        site.sandboxes.behaviours["hello.py"] = read_itself
        versions = {START_REVISION: b"print('hello')\n"}
        current, saves = START_REVISION, 0
        done = anyio.Event()

        async def save() -> None:
            nonlocal current, saves
            async with connected(who) as page:
                while not done.is_set():
                    text = f"# {saves}\n" * 2_000
                    versions[revision(text)] = text.encode()
                    saved = await page.ask("document.save", workspace=own, path="hello.py", base=current, text=text)
                    current, saves = saved["revision"], saves + 1

        async def run() -> None:
            async with connected(who) as page:
                while len(seen) < 15 or saves < 2:
                    started = await page.ask("run.start", workspace=own, path="hello.py")
                    attached = await page.ask("run.attach", run=started["run"])
                    while attached["channel"] not in page.ended:
                        await page.receive()
            done.set()

        with anyio.fail_after(100):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(save)
                tasks.start_soon(run)
    assert saves > 1
    for data in seen:
        assert data in versions.values(), "a run saw half of one version and half of another"
