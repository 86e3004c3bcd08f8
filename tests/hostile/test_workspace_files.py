"""Row 20 of the failure modes: whatever a student makes of their tree, the server never leaves it.

The programs run here without a sandbox: what they leave on the disk is what matters, and it is worse than any run can make it.
"""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from pythonide.adapters import beneath
from pythonide.adapters.workspace_files import LocalWorkspaceFiles, open_workspace_files
from pythonide.domain.errors import DomainError, InvalidNameError, LimitReachedError, NotFoundError
from pythonide.domain.ids import WorkspaceId, new_id
from pythonide.domain.paths import WorkspacePath

PROGRAMS = Path(__file__).parent / "programs"
SECRET = b"another student's work"
LIMIT = 1 << 20
RACE_SECONDS = 2.0
OPENERS = {"openat2": beneath.open_kernel, "by parts": beneath.open_by_parts}


@dataclass(frozen=True)
class Ground:
    """One workspace under attack, beside another one that holds a secret."""

    files: LocalWorkspaceFiles
    workspace: WorkspaceId
    folder: Path
    secret: Path

    def attack(self, program: str, *arguments: str) -> None:
        """Run one of the hostile programs in the workspace's folder."""
        subprocess.run(
            [sys.executable, "-I", PROGRAMS / f"{program}.py", *arguments], cwd=self.folder, check=True, timeout=30
        )

    def unchanged(self) -> bool:
        """Tell whether the other workspace is what it was."""
        return os.listdir(self.secret.parent) == [self.secret.name] and self.secret.read_bytes() == SECRET


@pytest.fixture(params=sorted(OPENERS))
async def ground(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Ground]:
    """The attacked ground, once with each way of opening files."""
    async with open_workspace_files(tmp_path / "workspaces", opener=OPENERS[request.param]) as files:
        own, other = WorkspaceId(new_id()), WorkspaceId(new_id())
        await files.ensure(own)
        await files.ensure(other)
        secret = tmp_path / "workspaces" / other / "secret.txt"
        secret.write_bytes(SECRET)
        yield Ground(files, own, tmp_path / "workspaces" / own, secret)


def corpus(secret: Path, folder: Path) -> list[str]:
    """Paths that try to lead out: dots, encodings, absolute, NUL, magic links."""
    sideways = f"../{secret.parent.name}/{secret.name}"
    return [
        sideways,
        f"a/../{sideways}",
        f"./{sideways}",
        f"a/./../../{secret.parent.name}/{secret.name}",
        "../" * 20 + str(secret).lstrip("/"),
        str(secret),
        f"/{secret}",
        f"{folder}/../{secret.parent.name}/{secret.name}",
        f"/proc/self/root{secret}",
        f"/proc/self/cwd/{sideways}",
        "/proc/self/environ",
        "/etc/passwd",
        "..",
        "../",
        "/",
        ".",
        sideways.replace("/", "\\"),
        sideways.replace("..", "%2e%2e"),
        sideways.replace("/", "%2f"),
        sideways.replace("..", "．．"),  # full-width dots
        sideways.replace("..", "\u2025"),
        sideways + "\0.txt",
        "notes.txt\0" + sideways,
        f"symlink-0.txt/{sideways}",
        f"folder-0/{secret.name}",
        f"folder-0/../{secret.parent.name}/{secret.name}",
        "symlink-0.txt",
        "relative-0.txt",
        "magic-0.txt",
        "hard-0.txt/x",
        "descriptors/0",
        "descriptors/3",
        "loop",
        "loop/x",
    ]


async def outcome(ground: Ground, path: WorkspacePath) -> bytes | None:
    """Read, and return `None` for a refusal of the kinds that are allowed."""
    with anyio.fail_after(5):
        try:
            return await ground.files.read(ground.workspace, path, limit=LIMIT)
        except (DomainError, ValueError):
            return None


async def test_traversal_corpus_never_leaves_the_workspace(ground: Ground) -> None:
    """Row 20: read, write, rename, make and delete, past the check of names and without it."""
    ground.attack("links_out", str(ground.secret))
    (ground.folder / "mine.txt").write_bytes(b"mine")
    passed_check = 0
    for text in corpus(ground.secret, ground.folder):
        paths = [WorkspacePath(text)]  # as if the check of names were not there: the kernel must refuse by itself
        try:
            paths.append(WorkspacePath.parse(text))
            passed_check += 1
        except InvalidNameError:
            pass
        for path in paths:
            assert await outcome(ground, path) in (None, b"mine"), text
            for act in (
                lambda path=path: ground.files.write(ground.workspace, path, b"overwritten"),
                lambda path=path: ground.files.write(ground.workspace, path, b"overwritten", exclusive=True),
                lambda path=path: ground.files.make_folder(ground.workspace, path),
                lambda path=path: ground.files.rename(ground.workspace, path, WorkspacePath("stolen.txt")),
                lambda path=path: ground.files.rename(ground.workspace, WorkspacePath("mine.txt"), path),
                lambda path=path: ground.files.delete(ground.workspace, path),
            ):
                try:
                    await act()
                except (DomainError, ValueError):
                    pass
                assert ground.unchanged(), text
                stolen = ground.folder / "stolen.txt"
                assert stolen.is_symlink() or not stolen.exists() or stolen.read_bytes() != SECRET, text
                (ground.folder / "mine.txt").write_bytes(b"mine")
    assert passed_check > 5, "the corpus should try what the check of names lets through as well"


async def test_links_fifos_and_odd_names_neither_show_nor_stall(ground: Ground) -> None:
    """What is no ordinary file is refused at once, and the list of files says nothing that is not there."""
    ground.attack("links_out", str(ground.secret))
    listed = {entry.path.text for entry in await ground.files.entries(ground.workspace, limit=1000)}
    assert "sparse.bin" in listed
    for name in ("symlink-0.txt", "folder-0", "fifo.txt", "socket.txt", "device.txt", "descriptors", "loop"):
        assert name not in listed
        assert await outcome(ground, WorkspacePath(name)) is None
    assert not any(category in name for name in listed for category in ("\n", "\x1b", "\u202e", "\udcff"))
    assert await outcome(ground, WorkspacePath("sparse.bin")) is None, "60 MB of holes are above the limit"


@pytest.mark.parametrize("program", ["deep_tree", "wide_tree"])
async def test_trees_beyond_all_measure_neither_stall_nor_break_the_server(ground: Ground, program: str) -> None:
    """A path longer than any call takes is refused in words; more files than anybody lists are listed in part."""
    ground.attack(program)
    try:
        with anyio.fail_after(30):
            assert len(await ground.files.entries(ground.workspace, limit=1000)) <= 1000
            if program == "wide_tree":
                await ground.files.delete(ground.workspace, WorkspacePath("many"))
                assert os.listdir(ground.folder) == []
            else:
                with pytest.raises(LimitReachedError):
                    await ground.files.delete(ground.workspace, WorkspacePath("d"))
    finally:
        subprocess.run(["rm", "-rf", ground.folder / "d"], check=True)  # pytest's own removal gives up so deep down


async def test_ids_of_workspaces_are_no_paths(ground: Ground) -> None:
    """A workspace is named by its id; anything else does not exist."""
    for name in ("..", ".", "", "/etc", f"../workspaces/{ground.workspace}", f"{ground.workspace}/../", "A" * 32):
        with pytest.raises(NotFoundError):
            await ground.files.entries(WorkspaceId(name), limit=10)


async def test_swapping_links_under_the_server_wins_nothing(ground: Ground) -> None:
    """Row 20: a program swaps folders and links for two seconds while the server reads, writes and deletes there."""
    swapper = subprocess.Popen(
        [sys.executable, "-I", PROGRAMS / "swap.py", str(ground.secret.parent), str(RACE_SECONDS)],
        cwd=ground.folder,
        stdout=subprocess.DEVNULL,
    )
    tries = refused = 0
    try:
        while swapper.poll() is None:
            for folder in ("swap", "real"):
                for name in ("secret.txt", "notes.txt"):
                    tries += 1
                    seen = await outcome(ground, WorkspacePath(f"{folder}/{name}"))
                    refused += seen is None
                    assert seen != SECRET
                for act in (
                    ground.files.write(ground.workspace, WorkspacePath(f"{folder}/planted.txt"), b"x"),
                    ground.files.write(ground.workspace, WorkspacePath(f"{folder}/secret.txt"), b"overwritten"),
                    ground.files.delete(ground.workspace, WorkspacePath(f"{folder}/secret.txt")),
                    ground.files.make_folder(ground.workspace, WorkspacePath(f"{folder}/made")),
                ):
                    try:
                        await act
                    except DomainError:
                        refused += 1
            listed = await ground.files.entries(ground.workspace, limit=100)
            assert not any(entry.path.name == "secret.txt" and entry.size == len(SECRET) for entry in listed)
            assert ground.unchanged()
    finally:
        swapper.kill()
        swapper.wait()
    assert tries > 50
    assert refused > 0, "the race never met a link: it proves nothing"


async def test_the_race_would_win_against_a_check_of_strings(ground: Ground) -> None:
    """The same race beats `resolve()` and a prefix check: the proof above can fail."""
    swapper = subprocess.Popen(
        [sys.executable, "-I", PROGRAMS / "swap.py", str(ground.secret.parent), "20"],
        cwd=ground.folder,
        stdout=subprocess.DEVNULL,
    )
    path = ground.folder / "swap" / "secret.txt"
    leaked = False
    deadline = time.monotonic() + 15
    try:
        while not leaked and time.monotonic() < deadline:
            leaked = _checked_read(path, ground.folder) == SECRET
    finally:
        swapper.kill()
        swapper.wait()
    assert leaked


def _checked_read(path: Path, folder: Path) -> bytes | None:
    if not path.resolve().is_relative_to(folder):
        return None
    try:
        return path.read_bytes()
    except OSError:
        return None
