"""Parts of files over HTTP: what came is named exactly, a rewrite is noticed, nothing is unbounded or can be shown."""

import os
import re
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from pythonide.edge.http.parts import range_of
from pythonide.features.workspaces.model import MAX_PART_BYTES
from tests.fakes.site import Site

pytestmark = pytest.mark.anyio
BODY = bytes(range(256)) * 4


async def get(site: Site, name: str, **headers: str) -> httpx.Response:
    own = await site.own("ada")
    async with site.http(await site.enter("ada")) as http:
        return await http.get(
            f"/api/files/{own}/{name}", headers={key.replace("_", "-"): value for key, value in headers.items()}
        )


async def placed(site: Site, name: str, body: bytes = BODY) -> Path:
    path = site.folder(await site.own("ada")) / name
    path.write_bytes(body)
    return path


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=1000-", 1000, 1023), ("bytes=1020-999999", 1020, 1023), ("bytes=7-7", 7, 7)],
)
async def test_a_part_says_what_it_is(site: Site, asked: str, first: int, last: int) -> None:
    await placed(site, "data.bin")
    found = await get(site, "data.bin", range=asked)
    assert found.status_code == 206
    assert found.content == BODY[first : last + 1]
    assert found.headers["content-range"] == f"bytes {first}-{last}/1024"
    assert found.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("name", ["page.html", "picture.svg", "app.js", "picture.png", "paper.pdf", "notes.txt"])
async def test_a_part_is_never_shown_by_the_browser(site: Site, name: str) -> None:
    await placed(site, name, b"<script>alert(1)</script>")
    own = await site.own("ada")
    async with site.http(await site.enter("ada")) as http:
        found = await http.get(f"/api/files/{own}/{name}?inline=1", headers={"range": "bytes=0-"})
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["content-disposition"].startswith("attachment")
    assert found.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["cross-origin-resource-policy"] == "same-origin"
    assert found.headers["cache-control"] == "private, no-store"


async def test_behind_the_end_there_is_nothing(site: Site) -> None:
    await placed(site, "data.bin")
    await placed(site, "empty.csv", b"")
    behind, empty = await get(site, "data.bin", range="bytes=1024-"), await get(site, "empty.csv", range="bytes=0-9")
    assert (behind.status_code, behind.headers["content-range"]) == (416, "bytes */1024")
    assert (empty.status_code, empty.headers["content-range"]) == (416, "bytes */0")


@pytest.mark.parametrize("asked", ["bytes=-5", "bytes=5-2", "bytes=0-1,4-5", "lines=0-5", "bytes=a-b", "", "bytes=-"])
async def test_what_is_no_single_range_is_answered_with_the_whole(site: Site, asked: str) -> None:
    await placed(site, "data.bin")
    found = await get(site, "data.bin", range=asked)
    assert (found.status_code, found.content) == (200, BODY)


async def test_a_part_is_bounded_and_files_of_any_size_can_be_read(site: Site) -> None:
    path = await placed(site, "large.csv", b"")
    os.truncate(path, 3 * 1024**3)
    found = await get(site, "large.csv", range="bytes=2147483648-")
    assert found.status_code == 206
    assert len(found.content) == MAX_PART_BYTES
    assert found.headers["content-range"] == f"bytes 2147483648-{2147483648 + MAX_PART_BYTES - 1}/{3 * 1024**3}"


async def test_a_rewrite_is_noticed_also_one_that_hides_its_time(site: Site) -> None:
    path = await placed(site, "data.csv", b"a,b\n1,2\n")
    before = path.stat()
    tag = (await get(site, "data.csv", range="bytes=0-")).headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    same = await get(site, "data.csv", range="bytes=0-", if_none_match=tag)
    assert (same.status_code, same.content) == (304, b"")
    assert (await get(site, "data.csv", range="bytes=4-", if_match=tag)).content == b"1,2\n"
    path.write_bytes(b"a,b\n3,4\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    changed = await get(site, "data.csv", range="bytes=4-", if_match=tag)
    assert changed.status_code == 412
    assert changed.json()["error"]["code"] == "conflict"
    assert changed.headers["etag"] != tag
    assert (await get(site, "data.csv", range="bytes=0-", if_none_match=tag)).status_code == 206


async def test_parts_keep_the_rights_and_the_walls_of_files(site: Site) -> None:
    own = await site.own("ada")
    (site.folder(own) / "data.csv").write_text("secret")
    (site.folder(own) / "link").symlink_to("/etc/passwd")
    os.mkfifo(site.folder(own) / "pipe")
    async with site.http(await site.enter("alan")) as http:
        for asked in ({"range": "bytes=0-"}, {}):
            assert (await http.get(f"/api/files/{own}/data.csv", headers=asked)).status_code == 404
    for name in ("link", "pipe", "../data.csv"):
        found = await get(site, name, range="bytes=0-")
        assert found.status_code in (400, 404), name
        assert b"root:" not in found.content


@given(start=st.integers(0, 10**14), length=st.integers(1, 10**9))
def test_a_range_is_read_as_it_is_written(start: int, length: int) -> None:
    assert range_of(Headers({"range": f"bytes={start}-{start + length - 1}"})) == (start, length)


@given(st.text(max_size=40))
def test_no_header_breaks_the_reader(text: str) -> None:
    found = range_of(Headers(raw=[(b"range", text.encode("utf-8", "replace"))]))
    assert found is None or (found[0] >= 0 and found[1] > 0)
