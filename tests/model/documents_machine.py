"""A text under everything that may happen to it: pages, programs, deaths of the server and power cuts, in any order.

The reference is a list of words. Each is typed, or written by a program, once; and is to be there once, or not at all
once it was erased.
"""

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from pycrdt import Doc, Text
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncEngine
from typing_extensions import override

from pythonide.adapters.database import DATABASE_FILE, open_database, sqlite_url
from pythonide.app.texts import Texts, texts_of
from pythonide.domain.errors import DomainError
from pythonide.domain.ids import ClientId, UserId, WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.features.documents.log import Open
from pythonide.features.documents.model import Base, decode, fence_with
from pythonide.persistence.transaction import Transaction, Transactions
from tests.fakes.clock import VirtualClock
from tests.fakes.files import DiedError, OneFile
from tests.fakes.merger import DirectMerger

PATH = WorkspacePath.parse("main.py")
SPACE = WorkspaceId("a" * 32)
USER = UserId("b" * 32)
STALE_SETTLES = 4
"""After so many writes of the file a program that read it before is no longer understood."""
START = b"start \n"
FATES = ("answered", "answer lost", "lost", "twice")
"""What may happen to what a page sends."""
which = st.integers(0, 1)


@cache
def empty_database() -> Path:
    """Make a database with one workspace, once for all: that takes longer than a whole life of a text."""
    folder = Path(tempfile.mkdtemp(prefix="documents-machine-"))
    atexit.register(shutil.rmtree, folder)
    asyncio.run(_make_database(folder))
    return folder / DATABASE_FILE


async def _make_database(folder: Path) -> None:
    async with open_database(sqlite_url(folder)) as engine, engine.begin() as connection:
        now = "2026-01-01 00:00:00"
        await connection.execute(sql(f"INSERT INTO courses VALUES ('{'c' * 32}', 'c', 'C', '{now}')"))
        await connection.execute(
            sql(f"INSERT INTO workspaces VALUES ('{SPACE}', 'personal', '{'c' * 32}', NULL, 'w', '{now}')")
        )


class SyncedTransactions(Transactions):
    """Tells when everything so far has reached the disk; what `may_be_lost` has not."""

    def __init__(self, engine: AsyncEngine, synced: Callable[[], Awaitable[None]]) -> None:
        super().__init__(engine)
        self._synced = synced

    @override
    @asynccontextmanager
    async def begin(self, *, may_be_lost: bool = False) -> AsyncGenerator[Transaction, None]:
        async with super().begin(may_be_lost=may_be_lost) as transaction:
            yield transaction
        if not may_be_lost:
            await self._synced()


class Page:
    """A tab: its text, what it could not send yet, and how far it has read."""

    def __init__(self) -> None:
        self.doc = Doc[Text]()
        self.text = self.doc.get("text", type=Text)
        self.writer = ClientId(new_id())
        self.unsaved: list[tuple[int, bytes]] = []
        self.seq = 0
        self.cursor = 0
        self.standing: list[str] = []

    def edit(self, at: int, count: int, word: str) -> None:
        before, now = self.doc.get_state(), str(self.text)
        start = len(now[:at].encode())
        with self.doc.transaction():
            if count:
                del self.text[start : start + len(now[at : at + count].encode())]
            if word:
                self.text.insert(start, word)
        self.seq += 1
        self.unsaved.append((self.seq, self.doc.get_update(before)))


class DocumentsMachine(RuleBasedStateMachine):
    """Real log, real database, real materialiser; the file and the clock are the test's."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        shutil.copy(empty_database(), self.folder.name)
        self.clock = VirtualClock()
        self.file = OneFile(START)
        self.pages = [Page() for _ in range(2)]
        self.words = 0
        self.gone: list[str] = []
        self.taken: list[str] = []
        """Words of programs that the text has."""
        self.written: list[str] = []
        """Words of programs that only the file has."""
        self.copy: tuple[bytes, int] | None = None
        """What a program has read, and how often the file was written before."""
        self.settles = 0
        self.synced = ""
        self.texts: Texts
        self.document: Open

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        async def in_time() -> None:
            task = asyncio.ensure_future(work)
            while not task.done():
                await asyncio.wait([task], timeout=0.001)
                if self.clock._sleepers:
                    await self.clock.advance(0.1)
            task.result()

        self.runner.run(in_time())

    # --- lives of the server

    @initialize()
    def first_life(self) -> None:
        self.run(self._open())

    async def _open(self) -> None:
        self._database = open_database(sqlite_url(Path(self.folder.name)))
        self.engine = await self._database.__aenter__()
        await self._start()
        for page in self.pages:
            await self._read(page, 1)

    async def _start(self) -> None:
        """Begin a life of the server: it knows what the database and the file have, and nothing else."""
        self.texts = texts_of(
            SyncedTransactions(self.engine, self._remember_synced), self.file, DirectMerger(), self.clock
        )
        known = await self.texts.log.at(SPACE, PATH)
        if known is None:
            found = decode(PATH, START)
            base = Base(1, (), found.revision, self.clock.now().timestamp(), found.shape)
            update = await self.texts.merger.begin(found.text)
            known = await self.texts.log.begin(SPACE, PATH, base, update)
        self.document = known
        await self.texts.materialiser.catch_up()

    async def _fence(self) -> str:
        async with self.engine.connect() as connection:
            return str((await connection.execute(sql("SELECT fence FROM documents"))).scalar_one())

    async def _remember_synced(self) -> None:
        """What is on disk takes along everything that was written before."""
        self.synced = await self._fence()

    async def _end(self) -> None:
        await self._database.__aexit__(None, None, None)

    @rule(what=st.sampled_from(["the server is killed", "the power is cut", "the merger dies", "a while passes"]))
    def something_rare(self, what: str) -> None:
        match what:
            case "the merger dies":
                merger = self.texts.merger
                assert isinstance(merger, DirectMerger)
                merger.forget()
            case "a while passes":
                self.copy = None
                self.clock.time += 20.0
            case _:
                self.run(self._restart(power=what == "the power is cut"))

    async def _restart(self, *, power: bool) -> None:
        if power:
            async with self.engine.begin() as connection:
                await connection.execute(sql("UPDATE documents SET fence = :fence"), {"fence": self.synced})
        await self._start()

    # --- pages

    @rule(which=which, at=st.integers(0, 100), fate=st.sampled_from([*FATES, "later"]))
    def types(self, which: int, at: int, fate: str) -> None:
        page, word = self.pages[which], self._word()
        now = str(page.text)
        places = [0, *(place + 1 for place, sign in enumerate(now) if sign in " \n")]
        page.edit(places[at % len(places)], 0, word)
        page.standing.append(word)
        if fate != "later":
            self.sends(self.pages.index(page), fate)

    @rule(which=which)
    def erases(self, which: int) -> None:
        page = self.pages[which]
        if page.standing:
            word = page.standing.pop()
            page.edit(str(page.text).index(word), len(word), "")
            self.gone.append(word)

    @rule(which=which, fate=st.sampled_from(FATES))
    def sends(self, which: int, fate: str) -> None:
        page = self.pages[which]
        if page.unsaved and fate != "lost":
            self.run(self._send(page, fate))

    async def _send(self, page: Page, fate: str) -> None:
        seq, updates = page.unsaved[0][0], [update for _, update in page.unsaved]
        for _ in range(2 if fate == "twice" else 1):
            lsn = await self.texts.log.append(self.document, page.writer, USER, seq, updates)
            assert lsn <= self.document.end
        self.texts.materialiser.touch(self.document)
        if fate != "answer lost":
            page.unsaved.clear()

    @rule(which=which, most=st.integers(1, 5))
    def reads(self, which: int, most: int) -> None:
        self.run(self._read(self.pages[which], most))

    async def _read(self, page: Page, most: int) -> None:
        for row in (await self.texts.log.updates(self.document, page.cursor))[:most]:
            assert row.lsn == page.cursor + 1
            page.doc.apply_update(row.payload)
            page.cursor = row.lsn

    # --- programs and the file

    @rule()
    def program_reads(self) -> None:
        assert self.file.content is not None
        self.copy = (self.file.content, self.settles)

    @precondition(lambda self: self.copy is not None)
    @rule()
    def program_writes_back(self) -> None:
        copy, since = self.copy or (b"", 0)
        self.copy = None
        if self.settles - since > STALE_SETTLES:
            return
        word = self._word()
        self.written = [other for other in self.written if other.encode() in copy]
        self.file.content = copy + word.encode() + b"\n"
        self.written.append(word)

    @rule(dies=st.sampled_from([None, None, "before", "after"]))
    def settles_now(self, dies: str | None) -> None:
        self.file.dies = dies
        self.run(self._settle())
        self.file.dies = None

    async def _settle(self) -> None:
        self.settles += 1
        try:
            await self.texts.materialiser.settle(self.document)
        except DiedError:
            await self._restart(power=False)
        self.taken += self.written
        self.written = []

    def _word(self) -> str:
        self.words += 1
        return f"{sha256(str(self.words).encode()).hexdigest()[:6]}-é "  # no two alike: a program is known by its words

    # --- what must hold in the end

    def teardown(self) -> None:
        try:
            if hasattr(self, "document"):
                self.run(self._compare())
                self.run(self._end())
        finally:
            self.runner.close()
            self.folder.cleanup()

    async def _compare(self) -> None:
        for page in self.pages:
            if page.unsaved:
                await self._send(page, "answered")
        await self._settle()
        try:
            await self.texts.materialiser.settle(self.document)
        except DomainError as error:
            raise AssertionError(error.message) from error
        for page in self.pages:
            await self._read(page, 10**6)
        assert self.file.content is not None
        whole = self.file.content.decode()
        assert [str(page.text) for page in self.pages] == [whole] * len(self.pages)
        found = whole.split()
        expected = ["start", *(word.strip() for page in self.pages for word in page.standing)]
        expected += [word.strip() for word in self.taken]
        assert sorted(found) == sorted(expected), whole
        assert fence_with(self.document.fence[0], ()) == self.document.fence[:1]
