"""Pages that type for as long as it takes, whatever happens to the server, and know what they typed."""

import base64
from dataclasses import dataclass, field
from random import Random

import anyio
import msgspec

from pythonide_client import Client, ClosedError, RefusedError, SignedIn, connected
from tests.fakes.papers import Paper

PAUSE = 0.1
LOST_ACKNOWLEDGEMENTS = 0.1
"""How often a page loses its connection before it hears that what it sent is saved."""
ERASED = 0.12


class LostError(Exception):
    """The page has lost its connection on purpose."""


@dataclass
class Typist:
    """One tab with one text. Every word it types is one of its own, so that each can be counted afterwards."""

    name: str
    who: SignedIn
    paper: Paper
    chance: Random
    standing: list[str] = field(default_factory=list[str])
    """Words that should be in the text once."""
    erased: list[str] = field(default_factory=list[str])
    lost: int = 0
    """How often the connection was lost before an answer came."""

    async def work(self, up: "Up", done: anyio.Event) -> None:
        """Type until it is `done`, over as many connections as it takes; then save all."""
        while True:
            await up.wait()
            try:
                async with connected(self.who) as page:
                    await self.paper.open(page)
                    while not done.is_set():
                        self._type()
                        await self._save(page)
                        await self._look_around(page)
                    await self.paper.save(page)
                    return
            except (ClosedError, LostError):
                self.lost += 1
            except RefusedError as refused:
                if not refused.error["retryable"]:
                    raise

    def _type(self) -> None:
        if self.standing and self.chance.random() < ERASED:
            word = self.standing.pop()
            self.erased.append(word)
            self.paper.erase(self.paper.text.index(word), len(word))
            return
        word = f"{self.name}-{len(self.standing) + len(self.erased)}-é "
        self.standing.append(word)
        text = self.paper.text
        places = [0, *(at + 1 for at, sign in enumerate(text) if sign in " \n")]
        self.paper.type(self.chance.choice(places), word)

    async def _save(self, page: Client) -> None:
        if self.chance.random() >= LOST_ACKNOWLEDGEMENTS:
            await self.paper.save(page)
            return
        seq = self.paper.unsaved[0][0]
        updates = [base64.b64encode(update).decode() for _, update in self.paper.unsaved]
        command = {"type": "document.append", "requestId": "lost", "writer": self.paper.writer, "seq": seq}
        where = {"workspace": self.paper.workspace, "document": self.paper.document, "updates": updates}
        await page.send_raw(msgspec.json.encode(command | where).decode())
        raise LostError

    async def _look_around(self, page: Client) -> None:
        with anyio.move_on_after(self.chance.uniform(0, PAUSE)):
            while True:
                await page.receive()
        self.paper.hear(page)


class Up:
    """Whether there is a server to talk to."""

    def __init__(self) -> None:
        self._event = anyio.Event()

    async def wait(self) -> None:
        await self._event.wait()

    def rise(self) -> None:
        self._event.set()

    def fall(self) -> None:
        self._event = anyio.Event()
