"""Thirty days in the bin, uploads over a restart, and their limits, on both databases."""

from collections.abc import AsyncIterator

import anyio
import pytest

from pythonide.domain.errors import ConflictError, DomainError, InvalidNameError, LimitReachedError, NotFoundError
from pythonide.domain.ids import BinItemId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.features.workspaces import bin as bins
from pythonide.features.workspaces.access import WriteGrant
from pythonide.features.workspaces.model import MAX_TREE_BYTES, BinItem, UploadRules
from pythonide.features.workspaces.store import BinStore
from pythonide.features.workspaces.uploads import Uploads
from pythonide.ports import Extent
from tests.fakes.school import School

P = WorkspacePath
DAY = 24 * 3600.0


@pytest.fixture
async def grant(school: School) -> WriteGrant:
    course = await school.courses.create("python", "Python")
    user = await school.person("ada", course)
    return await school.access.to_write(user.id, await school.own(user))


async def write(school: School, grant: WriteGrant, path: str, data: bytes = b"x") -> None:
    await school.files.write(grant.workspace, P(path), data)


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def binned(school: School, grant: WriteGrant) -> list[str]:
    return [item.path.text for item in await school.bin.items(grant)]


async def test_it_lies_there_for_thirty_days_and_not_a_day_longer(school: School, grant: WriteGrant) -> None:
    await write(school, grant, "early.py")
    await school.bin.put(grant, [P("early.py")])
    await school.clock.advance(DAY)
    await write(school, grant, "late.py")
    await school.bin.put(grant, [P("late.py")])
    await school.clock.advance(29 * DAY - 1)
    await school.bin.sweep()
    assert await binned(school, grant) == ["late.py", "early.py"]
    await school.clock.advance(2)
    await school.bin.sweep()
    assert await binned(school, grant) == ["late.py"]
    assert len(await school.files.in_bin(grant.workspace)) == 1


async def test_a_full_bin_lets_the_oldest_go_and_keeps_the_last(
    school: School, grant: WriteGrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bins, "MAX_BIN_BYTES", 100)
    for name, size in (("a", 40), ("b", 40), ("c", 40), ("huge", 400)):
        await write(school, grant, name, bytes(size))
        await school.clock.advance(1)
        await school.bin.put(grant, [P(name)])
        if name == "c":
            assert await binned(school, grant) == ["c", "b"]
    assert await binned(school, grant) == ["huge"]


async def test_a_record_without_a_thing_is_shown_to_nobody(school: School, grant: WriteGrant) -> None:
    """The server was killed after the record was written and before the file was moved."""
    await write(school, grant, "kept.py")
    item = BinItem(BinItemId(new_id()), P("kept.py"), Extent(folder=False, files=1, size=1), school.clock.now())
    async with school.transactions.begin() as transaction:
        await BinStore(transaction.connection).add(grant.workspace, item)
    assert await binned(school, grant) == []
    assert await school.bin.restore(grant, [item.id]) == ([], [])
    await school.clock.advance(31 * DAY)
    await school.bin.sweep()
    assert (await school.files.read(grant.workspace, P("kept.py"), limit=9)) == b"x"


async def test_what_cannot_be_moved_leaves_no_record(school: School, grant: WriteGrant) -> None:
    await write(school, grant, "here.py")
    items, refused = await school.bin.put(grant, [P("gone.py"), P("here.py")])
    assert [item.path.text for item in items] == ["here.py"]
    assert [(one.path.text, type(one.error)) for one in refused] == [("gone.py", NotFoundError)]
    async with school.transactions.read() as connection:
        assert len(await BinStore(connection).of(grant.workspace)) == 1


async def test_an_upload_goes_on_after_a_restart_of_the_server(school: School, grant: WriteGrant) -> None:
    begun = await school.uploads.begin(grant, P("new/a.bin"), 6, replacing=False)
    await school.uploads.receive(grant, begun.upload.id, 0, pieces(b"one"))
    again = Uploads(school.transactions, school.files, school.trees, school.bin, school.clock, rules=UploadRules())
    assert (await again.progress(grant, begun.upload.id)).offset == 3
    done = await again.receive(grant, begun.upload.id, 3, pieces(b"two"))
    assert done.upload.placed
    assert await school.files.read(grant.workspace, P("new/a.bin"), limit=9) == b"onetwo"
    assert (await again.receive(grant, begun.upload.id, 3, pieces(b"two"))).upload.placed, "said again, not done again"


async def test_an_upload_that_nobody_goes_on_with_is_forgotten(school: School, grant: WriteGrant) -> None:
    begun = await school.uploads.begin(grant, P("a.bin"), 6, replacing=False)
    await school.uploads.receive(grant, begun.upload.id, 0, pieces(b"one"))
    await school.clock.advance(DAY - 1)
    await school.uploads.sweep()
    assert (await school.uploads.progress(grant, begun.upload.id)).offset == 3
    await school.clock.advance(2)
    await school.uploads.sweep()
    with pytest.raises(NotFoundError):
        await school.uploads.progress(grant, begun.upload.id)
    assert await school.files.arrived(grant.workspace, begun.upload.id) == 0


@pytest.mark.parametrize(
    ("path", "size", "refusal"),
    [("game.EXE", 1, InvalidNameError), ("a.bin", MAX_TREE_BYTES, DomainError)],
)
async def test_types_and_sizes_that_are_not_taken(
    school: School, grant: WriteGrant, path: str, size: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await school.uploads.begin(grant, P(path), size, replacing=False)


async def test_room_is_kept_for_what_is_still_arriving(school: School, grant: WriteGrant) -> None:
    for number in range(4):
        await school.uploads.begin(grant, P(f"{number}.bin"), MAX_TREE_BYTES // 4, replacing=False)
    with pytest.raises(LimitReachedError):
        await school.uploads.begin(grant, P("one more"), 1, replacing=False)


async def test_whoever_asks_how_far_it_is_takes_over_from_a_dead_connection(school: School, grant: WriteGrant) -> None:
    begun = await school.uploads.begin(grant, P("a.bin"), 300_000, replacing=False)
    half = anyio.Event()
    ends: list[DomainError] = []

    async def stalled() -> AsyncIterator[bytes]:
        yield bytes(270_000)
        half.set()
        await anyio.sleep_forever()

    async def receive() -> None:
        try:
            await school.uploads.receive(grant, begun.upload.id, 0, stalled())
        except DomainError as error:
            ends.append(error)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(receive)
        await half.wait()
        assert (await school.uploads.progress(grant, begun.upload.id)).offset == 270_000
    assert [type(end) for end in ends] == [ConflictError]
    done = await school.uploads.receive(grant, begun.upload.id, 270_000, pieces(bytes(30_000)))
    assert done.upload.placed
