"""Moving, copying, the bin and archives, through the real server."""

import io
import zipfile
from pathlib import Path

import httpx
import pytest

from pythonide.domain.ids import WorkspaceId
from pythonide_client import Client, RefusedError, connected
from tests.fakes.site import Site

pytestmark = pytest.mark.anyio


def texts(folder: Path) -> dict[str, str]:
    """What a tree holds."""
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


async def put(page: Client, own: WorkspaceId, *paths: str) -> list[str]:
    """Delete, and return the items' ids."""
    answer = await page.ask("bin.put", workspace=own, paths=paths)
    assert answer["refused"] == []
    return [item["item"] for item in answer["items"]]


async def test_many_are_moved_at_once_and_what_stays_says_why(site: Site) -> None:
    own = await site.own("ada")
    async with connected(await site.enter("ada")) as page:
        await page.ask("file.create", workspace=own, path="week1", folder=True)
        await page.ask("file.create", workspace=own, path="week1/Echo.py")
        moved = await page.ask(
            "file.move", workspace=own, paths=["hello.py", "echo.py", "gone.py", "week1"], folder="week1"
        )
        assert [(one["path"], one["code"]) for one in moved["refused"]] == [
            ("echo.py", "already_exists"),
            ("gone.py", "not_found"),
            ("week1", "invalid_name"),
        ]
        assert (await page.ask("file.move", workspace=own, paths=["week1/hello.py"], folder=""))["refused"] == []
    assert set(texts(site.folder(own))) == {"hello.py", "echo.py", "endless.py", "ticking.py", "week1/Echo.py"}


async def test_a_copy_is_a_file_of_its_own(site: Site) -> None:
    own = await site.own("ada")
    async with connected(await site.enter("ada")) as page:
        copies = [{"source": "hello.py", "target": "hello copy.py"}, {"source": "echo.py", "target": "hello.py"}]
        answer = await page.ask("file.copy", workspace=own, copies=copies)
    assert [one["path"] for one in answer["refused"]] == ["echo.py"]
    assert texts(site.folder(own))["hello copy.py"] == "print('hello')\n"


async def test_what_is_deleted_lies_in_the_bin_whole_and_comes_back(site: Site) -> None:
    own = await site.own("ada")
    folder = site.folder(own)
    async with connected(await site.enter("ada")) as page:
        (folder / "lib" / "sub").mkdir(parents=True)
        (folder / "lib" / "sub" / "deep.txt").write_text("deep")
        before = texts(folder)
        items = await put(page, own, "lib", "lib/sub", "hello.py")
        assert len(items) == 2, "what lies in a folder goes with it"
        listed = (await page.ask("bin.list", workspace=own))["items"]
        assert {(one["path"], one["folder"], one["files"], one["size"]) for one in listed} == {
            ("lib", True, 1, 4), ("hello.py", False, 1, 15),
        }  # fmt: skip
        assert all(one["keptUntil"] - one["deleted"] == 30 * 24 * 3600 * 1000 for one in listed)
        (folder / "hello.py").write_text("another")
        places = (await page.ask("bin.restore", workspace=own, items=items))["places"]
        assert sorted(places) == ["hello (restored).py", "lib"]
        assert texts(folder) == before | {"hello.py": "another", "hello (restored).py": before["hello.py"]}
        assert (await page.ask("bin.list", workspace=own))["items"] == []
        again = await page.ask("bin.restore", workspace=own, items=items)
        assert again == {"places": [], "refused": []}


async def test_a_folder_that_became_a_file_is_no_obstacle(site: Site) -> None:
    own = await site.own("ada")
    folder = site.folder(own)
    async with connected(await site.enter("ada")) as page:
        (folder / "lib").mkdir()
        (folder / "lib" / "a.txt").write_text("a")
        items = await put(page, own, "lib/a.txt")
        (folder / "lib").rmdir()
        (folder / "lib").write_text("a file by now")
        assert (await page.ask("bin.restore", workspace=own, items=items))["places"] == ["a.txt"]


async def test_the_old_word_for_deleting_has_a_way_back_too(site: Site) -> None:
    own = await site.own("ada")
    async with connected(await site.enter("ada")) as page:
        await page.ask("file.delete", workspace=own, path="hello.py")
        (item,) = (await page.ask("bin.list", workspace=own))["items"]
        assert item["path"] == "hello.py"


async def test_the_bin_is_its_owners_alone_and_no_program_sees_it(site: Site) -> None:
    own = await site.own("ada")
    async with connected(await site.enter("ada")) as page:
        items = await put(page, own, "hello.py")
        assert not [path for path in site.folder(own).rglob("*") if path.name in items]
        for name, code in (("alan", "not_found"), ("teacher", "read_only")):
            async with connected(await site.enter(name)) as other:
                for command, fields in (
                    ("bin.list", {}), ("bin.put", {"paths": ["echo.py"]}), ("bin.restore", {"items": items}),
                    ("bin.empty", {}), ("file.move", {"paths": ["echo.py"], "folder": ""}),
                    ("file.copy", {"copies": [{"source": "echo.py", "target": "x.py"}]}),
                ):  # fmt: skip
                    with pytest.raises(RefusedError) as refused:
                        await other.ask(command, workspace=own, **fields)
                    assert refused.value.code == code, (name, command)
        theirs = await site.own("alan")
        async with connected(await site.enter("alan")) as other:
            assert (await other.ask("bin.restore", workspace=theirs, items=items))["places"] == []
        await page.ask("bin.empty", workspace=own)
        assert (await page.ask("bin.list", workspace=own))["items"] == []
    assert list((site.data / "workspaces" / ".bin" / own).iterdir()) == []


async def test_archives_stream_what_was_chosen(site: Site) -> None:
    own = await site.own("ada")
    who = await site.enter("ada")
    (site.folder(own) / "lib").mkdir()
    (site.folder(own) / "lib" / "big.bin").write_bytes(bytes(5_000_000))
    (site.folder(own) / "lib" / "link").symlink_to("/etc/passwd")

    async def fetched(http: httpx.AsyncClient, *paths: str) -> httpx.Response:
        return await http.get(f"/api/archives/{own}", params={"path": list(paths)})

    async with site.http(who) as http:
        answer = await fetched(http, "lib", "hello.py")
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        assert archive.testzip() is None
        assert set(archive.namelist()) == {"lib/", "lib/big.bin", "hello.py", "What is missing here.txt"}
        assert "content-length" not in answer.headers
        assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Ada%20Lovelace.zip"
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
        whole = await fetched(http, "")
        assert len(zipfile.ZipFile(io.BytesIO(whole.content)).namelist()) == 7
        for paths, status in ((["lib", "gone"], 404), (["../x"], 400), (["lib/link"], 400), ([], 400)):
            assert (await fetched(http, *paths)).status_code == status, paths
    async with site.http(await site.enter("alan")) as http:
        assert (await fetched(http, "lib")).status_code == 404


async def test_large_files_come_in_pieces_and_whole(site: Site) -> None:
    own = await site.own("ada")
    body = bytes(range(256)) * 20_000
    (site.folder(own) / "big.bin").write_bytes(body)
    async with site.http(await site.enter("ada")) as http:
        assert (await http.get(f"/api/files/{own}/big.bin")).content == body
        small = await http.get(f"/api/files/{own}/hello.py")
        assert small.headers["content-length"] == "15"
