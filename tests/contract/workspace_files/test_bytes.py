"""Bytes in and out: what arrives in pieces, and what is read in pieces."""

import io
import os
import stat
import zipfile

import pytest

from pythonide.domain.errors import AlreadyExistsError, ConflictError, InvalidNameError, NotFoundError
from pythonide.domain.ids import UploadId, new_id
from pythonide.domain.paths import WorkspacePath
from tests.contract.workspace_files.conftest import Ground

P = WorkspacePath


async def test_what_arrives_is_nowhere_until_it_is_placed(ground: Ground) -> None:
    upload = UploadId(new_id())
    assert await ground.files.arrived(ground.workspace, upload) == 0
    assert await ground.files.append(ground.workspace, upload, 0, b"one ") == 4
    assert await ground.files.append(ground.workspace, upload, 4, b"two") == 7
    assert await ground.files.arrived(ground.workspace, upload) == 7
    for wrong in (0, 4, 8):
        with pytest.raises(ConflictError) as refused:
            await ground.files.append(ground.workspace, upload, wrong, b"x")
        assert refused.value.details == {"offset": 7}
    assert ground.seen() == {}
    await ground.files.place(ground.workspace, upload, P("new/folder/file.txt"))
    assert ground.seen()["new/folder/file.txt"] == "one two"
    assert os.stat(ground.folder / "new/folder/file.txt").st_mode & 0o777 == 0o644
    assert await ground.files.arrived(ground.workspace, upload) == 0


async def test_placing_replaces_nothing_and_may_be_tried_again(ground: Ground) -> None:
    ground.plant({"taken": "t"})
    upload = UploadId(new_id())
    await ground.files.append(ground.workspace, upload, 0, b"mine")
    for place in ("taken", "taken/x"):
        with pytest.raises(AlreadyExistsError):
            await ground.files.place(ground.workspace, upload, P(place))
    await ground.files.place(ground.workspace, upload, P("free"))
    assert ground.seen() == {"taken": "t", "free": "mine"}


async def test_an_empty_file_arrives_too_and_what_is_given_up_is_gone(ground: Ground) -> None:
    empty, given_up = UploadId(new_id()), UploadId(new_id())
    await ground.files.place(ground.workspace, empty, P("empty"))
    await ground.files.append(ground.workspace, given_up, 0, b"x")
    await ground.files.discard(ground.workspace, given_up)
    await ground.files.discard(ground.workspace, given_up)
    assert ground.seen() == {"empty": ""}
    assert os.listdir(ground.root / ".parts" / ground.workspace) == []


async def test_a_file_is_read_as_it_was_when_it_was_opened(ground: Ground) -> None:
    body = os.urandom(700_000)
    (ground.folder / "big").write_bytes(body)
    async with ground.files.reading(ground.workspace, P("big")) as opened:
        assert opened.size == len(body)
        with (ground.folder / "big").open("ab") as growing:
            growing.write(b"more")
        assert b"".join([chunk async for chunk in opened.chunks()]) == body
    os.mkfifo(ground.folder / "fifo")
    (ground.folder / "link").symlink_to("big")
    for path, refusal in (("fifo", InvalidNameError), ("link", InvalidNameError), ("gone", NotFoundError)):
        with pytest.raises(refusal):
            async with ground.files.reading(ground.workspace, P(path)):
                pytest.fail("was opened")


async def packed(ground: Ground, *paths: str) -> zipfile.ZipFile:
    """The archive of these paths, read back."""
    async with ground.files.packing(ground.workspace, [P(path) for path in paths]) as chunks:
        return zipfile.ZipFile(io.BytesIO(b"".join([chunk async for chunk in chunks])))


async def test_an_archive_has_what_was_chosen_under_its_own_name(ground: Ground) -> None:
    ground.plant({"a": "1", "lib/b": "2", "lib/sub/c": "3", "lib/__pycache__/x": "no"})
    (ground.folder / "lib" / "empty").mkdir()
    archive = await packed(ground, "lib/sub", "lib/b", "a")
    assert {name: archive.read(name) for name in archive.namelist()} == {
        "sub/": b"", "sub/c": b"3", "b": b"2", "a": b"1",
    }  # fmt: skip
    assert archive.testzip() is None
    whole = await packed(ground, "")
    assert set(whole.namelist()) == {"a", "lib/", "lib/b", "lib/empty/", "lib/sub/", "lib/sub/c"}


async def test_links_and_special_files_are_left_out_and_named(ground: Ground) -> None:
    ground.plant({"lib/a": "1"})
    (ground.folder / "lib" / "link").symlink_to("/etc/passwd")
    (ground.folder / "lib" / "folder").symlink_to("/etc")
    os.mkfifo(ground.folder / "lib" / "fifo\u202e")
    (ground.folder / "lib" / "closed").mkdir()
    archive = await packed(ground, "lib")
    assert set(archive.namelist()) == {"lib/", "lib/a", "lib/closed/", "What is missing here.txt"}
    note = archive.read("What is missing here.txt").decode()
    for line in ("lib/link: it is a link", "lib/folder: it is a link", "lib/fifo\\u202e: it is no ordinary file"):
        assert line in note


async def test_names_in_an_archive_can_be_written_on_any_system(ground: Ground) -> None:
    for name in ("a:b", "CON", "con.txt", "end.", " space ", "Same", "same", "back\\slash", "x\u202ey", "line\nbreak"):
        (ground.folder / name).write_text(name)
    (ground.folder / os.fsdecode(b"\xff")).write_text("bytes")
    archive = await packed(ground, "")
    names = archive.namelist()
    assert sorted(archive.read(name).decode() for name in names) == sorted(
        ["a:b", "CON", "con.txt", "end.", " space ", "Same", "same", "back\\slash", "x\u202ey", "line\nbreak", "bytes"]
    )
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert not set(name) & set('<>:"|?*\\/\n\u202e'), name
        assert name == name.strip().rstrip("."), name
        assert name.split(".")[0].lower() != "con"
        assert stat.S_ISREG(archive.getinfo(name).external_attr >> 16)


async def test_an_archive_that_nobody_reads_to_its_end_stops(ground: Ground) -> None:
    (ground.folder / "big").write_bytes(os.urandom(8_000_000))
    async with ground.files.packing(ground.workspace, [P("big")]) as chunks:
        assert len(await anext(chunks)) > 0
    with pytest.raises(NotFoundError):
        async with ground.files.packing(ground.workspace, [P("big"), P("gone")]):
            pytest.fail("was opened")
