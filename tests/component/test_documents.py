"""Typing together over real sockets: what is acknowledged is in the log, in order, once, and then in the file."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from pythonide_client import RefusedError, connected
from tests.fakes.databases import PostgresServer
from tests.fakes.papers import Paper, write
from tests.fakes.sandboxes import Exited, FakeProcess
from tests.fakes.site import START, Site, open_site

pytestmark = pytest.mark.anyio
PATIENCE = 60


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str | None:
    if request.param == "sqlite":
        return None
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
async def site(tmp_path: Path, database: str | None) -> AsyncIterator[Site]:
    async with open_site(tmp_path, database=database) as site:
        yield site


async def on_disk(site: Site, own: str, path: str, text: str) -> None:
    """Return once the file has this text."""
    async with site.http() as http:
        while (site.folder(own) / path).read_text() != text:
            await http.get("/api/health")


async def test_two_tabs_type_at_once_and_both_see_it_all(site: Site) -> None:
    who, own = await site.enter("ada"), await site.own("ada")
    one, other = Paper(own, "hello.py"), Paper(own, "hello.py")
    with anyio.fail_after(PATIENCE):
        async with connected(who) as page, connected(who) as second:
            await one.open(page)
            await other.open(second)
            assert one.text == other.text == START.decode()
            one.type(0, "# é one\n")
            other.type(len(other.text), "# 😀 other\n")
            await one.save(page)
            await other.save(second)
            whole = "# é one\nprint('hello')\n# 😀 other\n"
            await one.sees(page, whole)
            await other.sees(second, whole)
            await on_disk(site, own, "hello.py", whole)


async def test_a_row_sent_twice_is_there_once_and_a_gap_is_refused(site: Site) -> None:
    who, own = await site.enter("ada"), await site.own("ada")
    paper = Paper(own, "hello.py")
    with anyio.fail_after(PATIENCE):
        async with connected(who) as page:
            await paper.open(page)
            paper.type(0, "a")
            paper.type(1, "b")
            sent = list(paper.unsaved)
            first = await paper.save(page)
            paper.unsaved = sent
            assert await paper.save(page) == first
            paper.type(2, "c")
            paper.type(3, "d")
            missing = paper.unsaved.pop(0)
            with pytest.raises(RefusedError) as refused:
                await paper.save(page)
            assert refused.value.code == "out_of_order"
            assert refused.value.error["details"] == {"expected": missing[0]}
            paper.unsaved.insert(0, missing)
            await paper.catch_up(page, await paper.save(page))
            fresh = Paper(own, "hello.py")
            await fresh.open(page)
            assert fresh.text == "abcd" + START.decode()
            assert fresh.cursor == 5


async def test_what_a_program_writes_is_a_change_of_the_text_that_pages_have_open(site: Site) -> None:
    """Also while something is typed that the file does not have yet; neither is lost, neither is doubled."""
    who, own = await site.enter("ada"), await site.own("ada")
    paper = Paper(own, "hello.py")
    file = site.folder(own) / "hello.py"
    with anyio.fail_after(PATIENCE):
        async with connected(who) as page:
            await page.ask("workspace.open", workspace=own)
            await paper.open(page)
            paper.type(0, "# typed\n")
            await paper.save(page)
            file.write_text(START.decode() + "# by a program\n")
            await page.ask("workspace.open", workspace=own)
            await paper.sees(page, "# typed\nprint('hello')\n# by a program\n")
            await on_disk(site, own, "hello.py", paper.text)


async def test_run_executes_what_was_typed_and_nothing_that_was_not_seen(site: Site) -> None:
    who, own = await site.enter("ada"), await site.own("ada")
    ran: list[str] = []

    async def read_itself(process: FakeProcess) -> None:
        ran.append((site.folder(own) / "hello.py").read_text())
        raise Exited(0)

    site.sandboxes.behaviours["hello.py"] = read_itself
    with anyio.fail_after(PATIENCE):
        async with connected(who) as page, connected(who) as second:
            paper = await write(page, own, "hello.py", "print('typed')\n")
            fields = {"workspace": own, "path": "hello.py"}
            started = await page.ask("run.start", **fields, seen={"hello.py": paper.cursor})
            attached = await page.ask("run.attach", run=started["run"])
            while attached["channel"] not in page.ended:
                await page.receive()
            assert ran == ["print('typed')\n"]
            other = Paper(own, "hello.py")
            await other.open(second)
            other.type(0, "# unseen\n")
            await other.save(second)
            with pytest.raises(RefusedError) as refused:
                await page.ask("run.start", **fields, seen={"hello.py": paper.cursor})
            assert refused.value.code == "conflict"


async def test_the_text_goes_where_its_file_goes(site: Site) -> None:
    who, own = await site.enter("ada"), await site.own("ada")
    paper = Paper(own, "hello.py")
    with anyio.fail_after(PATIENCE):
        async with connected(who) as page:
            await paper.open(page)
            paper.type(0, "# before\n")
            await paper.save(page)
            await page.ask("file.create", workspace=own, path="there", folder=True)
            await page.ask("file.rename", workspace=own, source="hello.py", target="there/moved.py")
            assert (site.folder(own) / "there/moved.py").read_text() == "# before\n" + START.decode()
            paper.type(0, "# after\n")
            await paper.save(page)
            await on_disk(site, own, "there/moved.py", "# after\n# before\n" + START.decode())
            await page.ask("file.rename", workspace=own, source="there", target="elsewhere")
            paper.type(0, "# again\n")
            await paper.save(page)
            await on_disk(site, own, "elsewhere/moved.py", paper.text)
            assert not (site.folder(own) / "hello.py").exists()
            assert not (site.folder(own) / "there").exists()


async def test_what_is_typed_into_a_deleted_file_is_kept_and_comes_back_with_it(site: Site) -> None:
    who, own = await site.enter("ada"), await site.own("ada")
    paper = Paper(own, "hello.py")
    with anyio.fail_after(PATIENCE):
        async with connected(who) as page:
            await paper.open(page)
            await page.ask("file.delete", workspace=own, path="hello.py")
            paper.type(0, "# typed later\n")
            await paper.save(page)
            await page.ask("file.create", workspace=own, path="hello.py", text=paper.text)
            fresh = Paper(own, "hello.py")
            await fresh.open(page)
            assert fresh.text == "# typed later\n" + START.decode()


async def test_a_server_that_starts_again_has_every_row_and_writes_the_file(
    tmp_path: Path, database: str | None
) -> None:
    async with open_site(tmp_path, database=database) as site:
        own = await site.own("ada")
        async with connected(await site.enter("ada")) as page:
            paper = await write(page, own, "hello.py", "first\n")
            paper.type(6, "second\n")
            await paper.save(page)
    paper.type(13, "third\n")
    async with open_site(tmp_path, database=database) as site:
        with anyio.fail_after(PATIENCE):
            await on_disk(site, own, "hello.py", "first\nsecond\n")
            async with connected(await site.enter("ada")) as page:
                await paper.open(page)
                await paper.save(page)
                await on_disk(site, own, "hello.py", "first\nsecond\nthird\n")


async def test_staff_see_a_student_type_and_cannot_type(site: Site) -> None:
    own = await site.own("ada")
    with anyio.fail_after(PATIENCE):
        async with connected(await site.enter("ada")) as page, connected(await site.enter("teacher")) as staff:
            paper, watched = Paper(own, "hello.py"), Paper(own, "hello.py")
            await paper.open(page)
            await watched.open(staff)
            paper.type(0, "# seen by staff\n")
            await paper.save(page)
            await watched.sees(staff, paper.text)
            watched.type(0, "# by staff\n")
            with pytest.raises(RefusedError) as refused:
                await watched.save(staff)
            assert refused.value.code == "read_only"
