"""The log of documents and the files it makes, on both databases."""

import anyio
import pytest
from pycrdt import Doc, Text

from pythonide.domain.errors import ConflictError, NotFoundError, UnavailableError
from pythonide.domain.ids import ClientId, DocumentId, UserId
from pythonide.domain.paths import WorkspacePath
from pythonide.features.documents.log import GapError, Open
from pythonide.features.workspaces.access import WriteGrant
from pythonide.persistence.transaction import Transactions
from tests.fakes.school import OTHER_TAB, TAB, School, nobody_id

MAIN = WorkspacePath.parse("main.py")
PATIENCE = 30


async def own_grant(school: School, name: str = "ada") -> WriteGrant:
    course = await school.courses.keyed("python") or await school.courses.create("python", "Python")
    user = await school.person(name, course)
    return await school.access.to_write(user.id, await school.own(user))


async def opened(school: School, grant: WriteGrant, text: bytes = b"a = 1\n") -> Open:
    await school.workspaces.create(grant, MAIN, text)
    return await school.documents.open(grant, MAIN)


class Typist:
    """Makes updates as a page does."""

    def __init__(self) -> None:
        self.doc = Doc[Text]()
        self.text = self.doc.get("text", type=Text)

    async def read(self, school: School, document: Open) -> str:
        self.doc = Doc[Text]()
        self.text = self.doc.get("text", type=Text)
        for row in await school.texts.log.updates(document, 0):
            if row.payload:
                self.doc.apply_update(row.payload)
        return str(self.text)

    def type(self, at: int, text: str) -> bytes:
        before = self.doc.get_state()
        self.text.insert(at, text)
        return self.doc.get_update(before)


async def settled(school: School, document: Open) -> None:
    """Settle while the time passes that a program's file is given to stay as it is."""
    done = anyio.Event()

    async def settle() -> None:
        await school.texts.materialiser.settle(document)
        done.set()

    with anyio.fail_after(PATIENCE):
        async with anyio.create_task_group() as group:
            group.start_soon(settle)
            while not done.is_set():
                await school.clock.advance(0.1)


async def test_line_ends_and_mark_of_a_file_stay(school: School) -> None:
    grant = await own_grant(school)
    document = await opened(school, grant, b"\xef\xbb\xbfa\r\nb\r\n")
    page = Typist()
    assert await page.read(school, document) == "a\nb\n"
    await school.documents.append(grant, document.id, TAB, 1, [page.type(2, "new\n")])
    await settled(school, document)
    assert await school.files.read(grant.workspace, MAIN, limit=100) == b"\xef\xbb\xbfa\r\nnew\r\nb\r\n"


async def test_rows_are_numbered_per_writer_and_nobody_writes_for_another(school: School) -> None:
    grant = await own_grant(school)
    document = await opened(school, grant)
    page = Typist()
    await page.read(school, document)
    first, second = page.type(0, "1"), page.type(1, "2")
    assert await school.documents.append(grant, document.id, TAB, 1, [first]) == 2
    assert await school.documents.append(grant, document.id, TAB, 1, [first, second]) == 3
    assert await school.documents.append(grant, document.id, TAB, 1, [first]) == 2
    with pytest.raises(GapError) as gap:
        await school.documents.append(grant, document.id, TAB, 4, [first])
    assert gap.value.details["expected"] == 3
    with pytest.raises(NotFoundError):
        await school.texts.log.append(document, TAB, UserId(nobody_id()), 3, [first])
    with pytest.raises(NotFoundError):
        await school.documents.append(grant, DocumentId("f" * 32), TAB, 1, [first])
    other = await own_grant(school, "bob")
    with pytest.raises(NotFoundError):
        await school.documents.append(other, document.id, OTHER_TAB, 1, [first])
    assert await page.read(school, document) == "12a = 1\n"


async def test_many_appends_at_once_share_few_commits_and_keep_their_order(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = await own_grant(school)
    document = await opened(school, grant)
    commits = 0
    begin = Transactions.begin

    def counted(self: Transactions, *, may_be_lost: bool = False):
        nonlocal commits
        commits += 1
        return begin(self, may_be_lost=may_be_lost)

    monkeypatch.setattr(Transactions, "begin", counted)
    lsns: list[int] = []

    async def append(number: int) -> None:
        page = Typist()
        tab = ClientId(f"{number:032x}")
        lsns.append(await school.documents.append(grant, document.id, tab, 1, [page.type(0, f"{number} ")]))

    async with anyio.create_task_group() as group:
        for number in range(1, 61):
            group.start_soon(append, number)
    assert sorted(lsns) == list(range(2, 62))
    assert commits <= 5
    text = await Typist().read(school, document)
    assert sorted(text.replace("a = 1\n", "").split()) == sorted(str(number) for number in range(1, 61))


async def test_a_commit_that_fails_acknowledges_nothing_and_the_next_one_goes_on(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = await own_grant(school)
    document = await opened(school, grant)
    page = Typist()
    await page.read(school, document)
    rows = [page.type(0, "x"), page.type(1, "y")]

    class Broken(Exception):
        """The disk is full."""

    def fail(self: Transactions, *, may_be_lost: bool = False) -> None:
        raise Broken

    with monkeypatch.context() as patch:
        patch.setattr(Transactions, "begin", fail)
        failures: list[type[BaseException]] = []

        async def append(seq: int) -> None:
            try:
                await school.documents.append(grant, document.id, TAB, seq, [rows[seq - 1]])
            except (Broken, UnavailableError) as error:
                failures.append(type(error))

        async with anyio.create_task_group() as group:
            group.start_soon(append, 1)
            group.start_soon(append, 2)
        assert len(failures) == 2
    assert document.end == 1
    assert await school.documents.append(grant, document.id, TAB, 1, rows) == 3
    assert await page.read(school, document) == "xya = 1\n"


async def test_a_row_that_nobody_can_read_stops_neither_the_text_nor_the_file(school: School) -> None:
    grant = await own_grant(school)
    document = await opened(school, grant)
    page = Typist()
    await page.read(school, document)
    good = page.type(0, "good ")
    await school.documents.append(grant, document.id, TAB, 1, [b"\xff\xff\xff\xff"])
    await school.documents.append(grant, document.id, OTHER_TAB, 1, [good])
    await settled(school, document)
    assert await school.files.read(grant.workspace, MAIN, limit=100) == b"good a = 1\n"
    rows = await school.texts.log.updates(document, 0)
    assert [bool(row.payload) for row in rows] == [True, False, True]


async def test_a_run_holds_exactly_what_was_seen(school: School) -> None:
    grant = await own_grant(school)
    document = await opened(school, grant)
    page = Typist()
    await page.read(school, document)
    lsn = await school.documents.append(grant, document.id, TAB, 1, [page.type(0, "# typed\n")])
    async with school.texts.materialiser.holding(grant.workspace, {MAIN: lsn}):
        assert await school.files.read(grant.workspace, MAIN, limit=100) == b"# typed\na = 1\n"
    with pytest.raises(ConflictError) as refused:
        async with school.texts.materialiser.holding(grant.workspace, {MAIN: lsn - 1}):
            pytest.fail("started what was not seen")
    assert refused.value.details["path"] == "main.py"


async def test_a_change_by_a_program_is_taken_in_once_and_against_what_it_had_read(school: School) -> None:
    """It read the file, a line was typed and written meanwhile, and it writes back what it had with a line of its own."""
    grant = await own_grant(school)
    document = await opened(school, grant, b"one\ntwo\n")
    page = Typist()
    await page.read(school, document)
    await school.documents.append(grant, document.id, TAB, 1, [page.type(4, "typed\n")])
    await settled(school, document)
    await school.files.write(grant.workspace, MAIN, b"one\ntwo\nprogram\n")
    await settled(school, document)
    end = document.end
    await settled(school, document)
    assert document.end == end
    assert await page.read(school, document) == "one\ntyped\ntwo\nprogram\n"
    assert await school.files.read(grant.workspace, MAIN, limit=100) == b"one\ntyped\ntwo\nprogram\n"


async def test_a_file_that_replaces_a_moved_one_is_another_text(school: School) -> None:
    grant = await own_grant(school)
    document = await opened(school, grant)
    there = WorkspacePath.parse("there.py")
    await school.workspaces.rename(grant, MAIN, there)
    await school.documents.create(grant, MAIN, "b = 2\n")
    other = await school.documents.open(grant, MAIN)
    assert other.id != document.id
    assert (await school.documents.open(grant, there)).id == document.id
    await school.workspaces.delete(grant, MAIN)
    await school.workspaces.rename(grant, there, MAIN)
    assert (await school.documents.open(grant, MAIN)).id == document.id
    assert await Typist().read(school, other) == "b = 2\n"
