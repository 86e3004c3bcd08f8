"""Students' files on a real disk: never outside the workspace, never half a text, with openat2 and without it."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from pythonide.adapters.beneath import Opener, best_opener, open_by_parts, open_kernel
from pythonide.adapters.workspace_files import LocalWorkspaceFiles, open_workspace_files
from pythonide.domain.errors import AlreadyExistsError, DomainError, InvalidNameError, NotFoundError, TooLargeError
from pythonide.domain.ids import WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath

LINUX = tuple(map(int, os.uname().release.split("-")[0].split(".")[:2])) if sys.platform == "linux" else (0, 0)
OPENERS = [pytest.param(best_opener(), id="kernel"), pytest.param(open_by_parts, id="by-parts")]
SECRET = b"SECRET"
SWAP = """
import os, sys
print("ready", flush=True)
while True:
    for target in ("inside", sys.argv[1]):
        os.symlink(target, "next")
        os.rename("next", "swap")
"""


@dataclass
class Ground:
    files: LocalWorkspaceFiles
    workspace: WorkspaceId
    folder: Path
    outside: Path


@pytest.fixture(params=OPENERS)
async def ground(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ground]:
    opener: Opener = request.param
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_bytes(SECRET)
    workspace = WorkspaceId(new_id())
    async with open_workspace_files(tmp_path / "workspaces", opener=opener) as files:
        await files.ensure(workspace)
        yield Ground(files, workspace, tmp_path / "workspaces" / workspace, outside)


async def refused(ground: Ground, text: str) -> None:
    # Past the parser on purpose: safety must not rest on it.
    path = WorkspacePath(text)
    with pytest.raises(DomainError):
        await ground.files.read(ground.workspace, path, limit=100)
    with pytest.raises(DomainError):
        await ground.files.write(ground.workspace, path, b"x", exclusive=True)


@pytest.mark.parametrize(
    "text",
    ["../../outside/secret.txt", "/etc/passwd", "a/../../../outside/secret.txt", "link/secret.txt", "proc/cwd/x"],
)
async def test_no_path_leads_out(ground: Ground, text: str) -> None:
    (ground.folder / "a").mkdir()
    (ground.folder / "link").symlink_to(ground.outside)
    (ground.folder / "proc").symlink_to("/proc/self")
    await refused(ground, text)
    assert (ground.outside / "secret.txt").read_bytes() == SECRET


async def test_links_and_special_files_are_neither_read_nor_listed_nor_waited_for(ground: Ground) -> None:
    (ground.folder / "link").symlink_to(ground.outside / "secret.txt")
    os.mkfifo(ground.folder / "pipe")
    with anyio.fail_after(5):
        for name in ("link", "pipe"):
            with pytest.raises(InvalidNameError):
                await ground.files.read(ground.workspace, WorkspacePath(name), limit=100)
    assert await ground.files.entries(ground.workspace, limit=10) == []


async def test_a_write_never_goes_through_a_link(ground: Ground) -> None:
    (ground.folder / "soft").symlink_to(ground.outside / "secret.txt")
    os.link(ground.outside / "secret.txt", ground.folder / "hard")
    for name in ("soft", "hard"):
        await ground.files.write(ground.workspace, WorkspacePath(name), b"mine")
    assert (ground.outside / "secret.txt").read_bytes() == SECRET


async def test_deleting_a_folder_follows_no_link(ground: Ground) -> None:
    (ground.folder / "a" / "b").mkdir(parents=True)
    (ground.folder / "a" / "b" / "link").symlink_to(ground.outside)
    await ground.files.delete(ground.workspace, WorkspacePath("a"))
    assert not (ground.folder / "a").exists()
    assert (ground.outside / "secret.txt").exists()


async def test_a_folder_that_becomes_a_link_and_back_never_leads_out(ground: Ground) -> None:
    (ground.folder / "inside").mkdir()
    (ground.folder / "inside" / "secret.txt").write_bytes(b"mine")
    swapper = subprocess.Popen(
        [sys.executable, "-c", SWAP, str(ground.outside)], cwd=ground.folder, stdout=subprocess.PIPE
    )
    try:
        assert swapper.stdout is not None
        swapper.stdout.readline()
        for number in range(1500):
            with pytest.raises(DomainError):
                await ground.files.read(ground.workspace, WorkspacePath("swap/secret.txt"), limit=100)
            if number % 10 == 0:
                with pytest.raises(DomainError):
                    await ground.files.write(ground.workspace, WorkspacePath("swap/planted"), b"x")
    finally:
        swapper.kill()
        swapper.communicate()
    assert sorted(os.listdir(ground.outside)) == ["secret.txt"]


async def test_a_reader_sees_one_saved_version_or_another_never_a_mixture(ground: Ground) -> None:
    path = WorkspacePath("main.py")
    versions = {bytes([letter]) * 100_000 for letter in b"abcd"}
    await ground.files.write(ground.workspace, path, next(iter(versions)))
    saving = True

    async def save() -> None:
        nonlocal saving
        for _ in range(10):
            for version in versions:
                await ground.files.write(ground.workspace, path, version)
        saving = False

    async with anyio.create_task_group() as group:
        group.start_soon(save)
        while saving:
            assert await ground.files.read(ground.workspace, path, limit=200_000) in versions
    assert [entry.path for entry in await ground.files.entries(ground.workspace, limit=10)] == [path]


async def test_nothing_is_replaced_by_accident_and_caps_hold(ground: Ground) -> None:
    one, two = WorkspacePath("one"), WorkspacePath("two")
    await ground.files.write(ground.workspace, one, b"1")
    await ground.files.write(ground.workspace, two, b"2")
    with pytest.raises(AlreadyExistsError):
        await ground.files.rename(ground.workspace, one, two)
    with pytest.raises(AlreadyExistsError):
        await ground.files.write(ground.workspace, two, b"3", exclusive=True)
    with (ground.folder / "sparse").open("wb") as sparse:
        sparse.truncate(1 << 40)
    with pytest.raises(TooLargeError):
        await ground.files.read(ground.workspace, WorkspacePath("sparse"), limit=1000)
    with pytest.raises(NotFoundError):
        await ground.files.read(WorkspaceId("../x"), one, limit=10)


@pytest.mark.skipif(LINUX < (5, 6), reason="openat2 came with Linux 5.6")
def test_the_kernels_way_is_taken_where_there_is_one() -> None:
    assert best_opener() is open_kernel


def test_importing_everything_touches_no_file(tmp_path: Path) -> None:
    program = (
        "import sys, pkgutil, importlib\n"
        "made = []\n"
        "def hook(event, arguments):\n"
        "    if event == 'open' and isinstance(arguments[2], int) and arguments[2] & 0o103: made.append(arguments)\n"
        "    if event in ('os.mkdir', 'os.rename', 'os.remove'): made.append((event, *arguments))\n"
        "import pythonide\n"
        "sys.addaudithook(hook)\n"
        "for name in ('features', 'persistence', 'adapters', 'execution', 'protocol', 'domain'):\n"
        "    package = importlib.import_module('pythonide.' + name)\n"
        "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        if '.migrations.' not in module.name: importlib.import_module(module.name)\n"
        "sys.exit(repr(made) if made else 0)\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
