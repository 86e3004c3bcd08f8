"""kill -9 of the real server at random moments while pages type: nothing acknowledged is lost, nothing is there twice."""

import secrets
from contextlib import ExitStack
from pathlib import Path
from random import Random

import anyio
import pytest
from anyio import to_thread

from pythonide_client import SignedIn, connected, sign_in_by_link
from tests.fakes.papers import Paper
from tests.system.saving.typists import Typist, Up
from tools.demo_server import DemoServer, demo_server

pytestmark = pytest.mark.anyio
ADA = "Ada Lovelace (student)"
TABS = 2
PATIENCE = 60


class Lives:
    """One server after the other on the same data and port."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = 0
        self._stack = ExitStack()

    async def start(self) -> DemoServer:
        server = await to_thread.run_sync(lambda: self._stack.enter_context(demo_server(self.data, port=self.port)))
        self.port = int(server.origin.rsplit(":", 1)[1])
        return server

    async def kill(self, server: DemoServer) -> None:
        server.process.kill()
        await self.stop()

    async def stop(self) -> None:
        await to_thread.run_sync(self._stack.close)


@pytest.mark.parametrize(
    ("files", "kills"),
    [
        pytest.param(2, 3, id="short"),
        pytest.param(5, 20, id="minute", marks=[pytest.mark.long, pytest.mark.timeout(600)]),
    ],
)
async def test_what_is_acknowledged_survives_and_is_there_once(tmp_path: Path, files: int, kills: int) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = Random(seed)
    lives, up, done = Lives(tmp_path / "school"), Up(), anyio.Event()
    server = await lives.start()
    who = await sign_in_by_link(server.links[ADA])
    async with connected(who) as page:
        own = page.welcome["workspaces"][0]["workspace"]
        names = [f"text{number}.py" for number in range(files)]
        for name in names:
            await page.ask("file.create", workspace=own, path=name, text="start\n")
    typists = [
        Typist(f"{name[4]}{'ab'[tab]}", who, Paper(own, name), Random(chance.random()))
        for name in names
        for tab in range(TABS)
    ]
    written: dict[str, list[str]] = {name: [] for name in names}
    folder = lives.data / "workspaces" / own
    up.rise()
    async with anyio.create_task_group() as tasks:
        for typist in typists:
            tasks.start_soon(typist.work, up, done)
        for number in range(kills):
            with anyio.move_on_after(chance.uniform(0.1, 0.9)):
                await anyio.sleep_forever()
            up.fall()
            await lives.kill(server)
            if chance.random() < 0.7:
                name = chance.choice(names)
                written[name].append(program_writes(folder / name, f"by-program-{number} \n"))
            server = await lives.start()
            up.rise()
        done.set()
    try:
        for name in names:
            await all_the_same(who, own, [one for one in typists if one.paper.path == name], folder, written[name])
    finally:
        await lives.stop()
    words = sum(len(typist.standing) + len(typist.erased) for typist in typists)
    print(
        f"{words} words, {kills} kills, {sum(one.lost for one in typists)} lost connections, {sum(map(len, written.values()))} rewrites"
    )


def program_writes(file: Path, line: str) -> str:
    """Rewrite a file as a program does that read it a moment ago."""
    file.write_text(file.read_text() + line)
    return line.strip()


async def all_the_same(who: SignedIn, own: str, typists: list[Typist], folder: Path, written: list[str]) -> None:
    """Every tab, a fresh one and the file have one text, with every word as often as it should be."""
    path = typists[0].paper.path
    with anyio.fail_after(PATIENCE):
        async with connected(who) as page:
            fresh = Paper(own, path)
            await fresh.open(page)
            for typist in typists:
                await typist.paper.open(page)
                assert typist.paper.text == fresh.text
                words = fresh.text.split()
                assert [word for word in typist.standing if words.count(word.strip()) != 1] == []
                assert [word for word in typist.erased if word.strip() in words] == []
            await page.ask("document.load", workspace=own, path=path)  # what is not yet in the file is written first
    assert (folder / path).read_text() == fresh.text
    assert [line for line in written if fresh.text.count(f"{line} ") != 1] == []
    assert "start" in fresh.text
