"""Looking, copying and the bin: what the ports promise, on every way of opening files."""

import os

import pytest

from pythonide.domain.errors import AlreadyExistsError, InvalidNameError, LimitReachedError, NotFoundError
from pythonide.domain.ids import BinItemId, new_id
from pythonide.domain.paths import WorkspacePath
from pythonide.ports import Extent
from tests.contract.workspace_files.conftest import Ground

P = WorkspacePath
ROOM = Extent(folder=True, files=100, size=1000)


async def test_one_entry_is_what_the_list_says_of_it(ground: Ground) -> None:
    ground.plant({"a": "12", "lib/b": "3"})
    (ground.folder / "link").symlink_to("a")
    os.mkfifo(ground.folder / "fifo")
    listed = {entry.path: entry for entry in await ground.files.entries(ground.workspace, limit=100)}
    for text in ("a", "lib", "lib/b", "link", "fifo", "missing", "missing/x", "a/x", "__pycache__"):
        assert await ground.files.entry(ground.workspace, P(text)) == listed.get(P(text)), text


async def test_measuring_counts_files_and_bytes_and_stops(ground: Ground) -> None:
    ground.plant({"lib/a": "12", "lib/sub/b": "345", "top": "6"})
    (ground.folder / "lib" / "link").symlink_to("/etc/passwd")
    measure = ground.files.measure
    assert await measure(ground.workspace, P("lib"), limit=9) == Extent(folder=True, files=2, size=5)
    assert await measure(ground.workspace, P("top"), limit=9) == Extent(folder=False, files=1, size=1)
    assert (await measure(ground.workspace, P("lib"), limit=1)).files == 1
    with pytest.raises(NotFoundError):
        await measure(ground.workspace, P("missing"), limit=9)


async def test_a_copy_has_the_files_and_no_links(ground: Ground) -> None:
    ground.plant({"lib/a": "1", "lib/sub/b": "2", "lib/__pycache__/x": "no"})
    (ground.folder / "lib" / "link").symlink_to("/etc/passwd")
    (ground.folder / "lib" / "folder").symlink_to("/etc")
    os.mkfifo(ground.folder / "lib" / "fifo")
    (ground.folder / "lib" / "a").chmod(0o755)
    await ground.files.copy(ground.workspace, P("lib"), P("lib copy"), room=ROOM)
    copied = {name: text for name, text in ground.seen().items() if name.startswith("lib copy")}
    assert copied == {"lib copy": None, "lib copy/a": "1", "lib copy/sub": None, "lib copy/sub/b": "2"}
    assert os.stat(ground.folder / "lib copy" / "a").st_mode & 0o777 == 0o755
    assert os.stat(ground.folder / "lib copy" / "a").st_ino != os.stat(ground.folder / "lib" / "a").st_ino


@pytest.mark.parametrize(
    ("room", "target", "refusal"),
    [
        (ROOM, "taken", AlreadyExistsError),
        (ROOM, "lib/inside", InvalidNameError),
        (ROOM, "nowhere/x", NotFoundError),
        (Extent(folder=True, files=2, size=1000), "new", LimitReachedError),
        (Extent(folder=True, files=100, size=4), "new", LimitReachedError),
    ],
)
async def test_a_copy_that_is_refused_leaves_nothing(
    ground: Ground, room: Extent, target: str, refusal: type[Exception]
) -> None:
    ground.plant({"lib/a": "123", "lib/b": "45", "taken": "t"})
    before = ground.seen()
    with pytest.raises(refusal):
        await ground.files.copy(ground.workspace, P("lib"), P(target), room=room)
    assert ground.seen() == before


async def test_the_bin_keeps_a_folder_whole_and_gives_it_back(ground: Ground) -> None:
    ground.plant({"lib/a": "1", "lib/sub/b": "2"})
    (ground.folder / "lib" / "link").symlink_to("a")
    before, item = ground.seen(), BinItemId(new_id())
    await ground.files.put_in_bin(ground.workspace, P("lib"), item)
    assert ground.seen() == {}
    assert await ground.files.in_bin(ground.workspace) == {item}
    assert await ground.files.entries(ground.workspace, limit=9) == []
    await ground.files.take_from_bin(ground.workspace, item, P("deep/er/lib"))
    assert {f"deep/er/{name}": text for name, text in before.items()}.items() <= ground.seen().items()
    assert (ground.folder / "deep/er/lib/link").is_symlink()
    assert await ground.files.in_bin(ground.workspace) == set()


async def test_what_comes_back_replaces_nothing(ground: Ground) -> None:
    ground.plant({"a": "old"})
    item = BinItemId(new_id())
    await ground.files.put_in_bin(ground.workspace, P("a"), item)
    ground.plant({"a": "new", "file": "f"})
    for place in ("a", "file/a"):
        with pytest.raises(AlreadyExistsError):
            await ground.files.take_from_bin(ground.workspace, item, P(place))
    assert ground.seen() == {"a": "new", "file": "f"}
    await ground.files.take_from_bin(ground.workspace, item, P("b"))
    assert ground.seen()["b"] == "old"
    with pytest.raises(NotFoundError):
        await ground.files.take_from_bin(ground.workspace, item, P("c"))


async def test_what_is_purged_is_gone_however_deep_and_nothing_else(ground: Ground) -> None:
    deep, other = BinItemId(new_id()), BinItemId(new_id())
    ground.plant({"other": "o"})
    top = ground.folder / "deep"
    top.mkdir()
    folder = os.open(top, os.O_RDONLY)
    for _ in range(400):  # deeper than any call takes
        os.mkdir("d" * 20, dir_fd=folder)
        below = os.open("d" * 20, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)
    await ground.files.put_in_bin(ground.workspace, P("deep"), deep)
    await ground.files.put_in_bin(ground.workspace, P("other"), other)
    await ground.files.purge(ground.workspace, deep)
    await ground.files.purge(ground.workspace, deep)
    assert os.listdir(ground.root / ".bin" / ground.workspace) == [other]
