"""Row 20 of the failure modes, through every door of the explorer: no path leaves the workspace, and no name leaves an archive."""

import io
import shutil
import zipfile
from itertools import product
from pathlib import Path

import httpx
import pytest

from pythonide.adapters.database import DATABASE_FILE
from pythonide_client import Client, RefusedError, connected
from tests.fakes.site import Site

pytestmark = pytest.mark.anyio

UPS = (
    "..", "../..", "../../../../../..", "%2e%2e", "%2e%2e%2f..", "..%2f..", "..\\..", "．．", "\u2025", "...", "..;",
    ".\u200b.", "..\0", "\0..", " ..", ".. ", "..\n", "link", "folder-link", "lib/../..", "./..", "lib/./../..",
    "//..", "/..", "C:", "~", "/proc/self/root", "/proc/self/cwd/..", "..\u202e", "\ud800..", "file:..", "\\\\host\\share",
)  # fmt: skip
"""Ways up and out; `link` and `folder-link` are what a program left."""


def targets(other: str, own: str) -> tuple[str, ...]:
    return (
        f"{other}/secret.py",
        "workspaces/" + other + "/secret.py",
        "etc/passwd",
        f".bin/{own}",
        f".parts/{own}",
        DATABASE_FILE,
        "",
    )


def corpus(other: str, own: str) -> list[str]:
    """All of them, each once."""
    made = [f"{up}/{target}".rstrip("/") for up, target in product(UPS, targets(other, own))]
    return list(dict.fromkeys([*made, "/etc/passwd", "link", "folder-link", "a//b", "", ".", "..", "/", "x" * 300]))


async def asks(page: Client, own: str, path: str) -> list[str]:
    """Try every command; return the codes of what was refused."""
    codes: list[str] = []
    for command, fields in (
        ("file.create", {"path": f"{path}/made.txt"}),
        ("file.create", {"path": path, "folder": True}),
        ("file.move", {"paths": [path], "folder": "lib"}),
        ("file.move", {"paths": ["hello.py"], "folder": path}),
        ("file.copy", {"copies": [{"source": path, "target": "stolen.py"}]}),
        ("file.copy", {"copies": [{"source": "hello.py", "target": f"{path}/copied.py"}]}),
        ("file.rename", {"source": path, "target": "renamed.py"}),
        ("bin.put", {"paths": [path]}),
        ("document.load", {"path": path}),
    ):
        try:
            answer = await page.ask(command, workspace=own, **fields)
        except RefusedError as refused:
            codes.append(refused.code)
        except UnicodeEncodeError:
            continue  # half a character cannot even be sent
        else:
            codes += [one["code"] for one in answer.get("refused", ())]
    return codes


async def uploads(http: httpx.AsyncClient, own: str, path: str) -> None:
    """Try to bring a file there, and to fetch what is there."""
    try:
        begun = await http.post(f"/api/uploads/{own}", json={"path": f"{path}/up.txt", "size": 1, "replace": True})
    except UnicodeEncodeError:
        return
    if begun.status_code == 201:
        address = f"/api/uploads/{own}/{begun.json()['upload']}"
        await http.put(address, params={"offset": 0}, content=b"x")
        await http.request("DELETE", address, json={})
    for found in (
        await http.get(f"/api/archives/{own}", params={"path": [path]}),
        await http.get(f"/api/archives/{own}", params={"path": ["hello.py", path]}),
    ):
        assert b"the secret" not in found.content
        if found.status_code == 200:
            for name in zipfile.ZipFile(io.BytesIO(found.content)).namelist():
                assert not name.startswith("/")
                assert ".." not in name.split("/")


async def test_two_hundred_paths_through_every_door(site: Site) -> None:
    own, other = await site.own("ada"), await site.own("alan")
    folder = site.folder(own)
    (site.folder(other) / "secret.py").write_text("the secret")
    before = everything_but(site.data, folder)
    who = await site.enter("ada")
    paths = corpus(other, own)
    assert len(paths) >= 200
    codes = set[str]()
    async with connected(who) as page, site.http(who) as http:
        for path in paths:
            lay_out(folder, site.folder(other))
            codes |= set(await asks(page, own, path))
            await uploads(http, own, path)
            assert everything_but(site.data, folder) == before, path
            stolen = [one for one in folder.rglob("*") if one.is_file() and not one.is_symlink()]
            assert not any(b"the secret" in one.read_bytes() for one in stolen), path
    assert codes <= {"not_found", "invalid_name", "already_exists", "bad_request", "not_text", "limit_reached"}


def lay_out(folder: Path, other: Path) -> None:
    """Begin anew, with the links of a hostile program."""
    for left in folder.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
    (folder / "lib").mkdir()
    (folder / "hello.py").write_text("print('hello')\n")
    (folder / "link").symlink_to(other / "secret.py")
    (folder / "folder-link").symlink_to(other)


def everything_but(data: Path, folder: Path) -> dict[str, bytes]:
    """What the server keeps, except that tree, its bin, its uploads, and the database."""
    mine = (folder, folder.parent / ".bin" / folder.name, folder.parent / ".parts" / folder.name)
    return {
        str(path): path.read_bytes()
        for path in sorted(data.rglob("*"))
        if path.is_file() and DATABASE_FILE not in path.name and not any(path.is_relative_to(one) for one in mine)
    }
