"""Opening a workspace of five thousand files: from the command sent to the whole tree read, beside walking the same folder."""

import asyncio
import os
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Report
from benchmarks.scale import Scale
from pythonide_client import Client, connected, sign_in_by_link
from tools.demo_server import demo_server

FILES = 5_000
FOLDERS = 50
REPEATS = 50
FILE_BYTES = 64


def measure(scale: Scale) -> Report:
    """Alternate with the peer: a walk of the folder that asks the size of each file."""
    report = Report(
        "explorer",
        f"A student's workspace of {FILES:,} files in {FOLDERS} folders, opened over the WebSocket. Bar: 300 ms.",
    )
    with tempfile.TemporaryDirectory() as folder, demo_server(Path(folder) / "data") as server:
        link = next(url for name, url in server.links.items() if "(student)" in name)
        repeats = REPEATS if scale.everything else 5
        walks, opens = asyncio.run(_opened(link, server.data / "workspaces", repeats))
    beside = report.add(f"os.scandir with a stat of each of {FILES:,} files", walks)
    report.add(f"workspace.open of {FILES:,} files", opens, beside=beside)
    return report


async def _opened(link: str, workspaces: Path, repeats: int) -> tuple[list[float], list[float]]:
    walks, opens = list[float](), list[float]()
    async with connected(await sign_in_by_link(link)) as page:
        own = next(tree for tree in page.welcome["workspaces"] if tree["kind"] == "own")["workspace"]
        await page.ask("workspace.open", workspace=own)
        await asyncio.to_thread(_fill, workspaces / own)
        for _ in range(repeats):
            walks.append(await asyncio.to_thread(_walked, workspaces / own))
            opens.append(await _open_once(page, own))
    return walks, opens


async def _open_once(page: Client, own: str) -> float:
    began = time.perf_counter()
    snapshot = await page.ask("workspace.open", workspace=own)
    took = time.perf_counter() - began
    assert len(snapshot["entries"]) >= FILES
    return took


def _fill(folder: Path) -> None:
    for number in range(FOLDERS):
        below = folder / f"data {number}"
        below.mkdir()
        for file in range(FILES // FOLDERS):
            (below / f"measurement {file:03}.txt").write_bytes(bytes(FILE_BYTES))


def _walked(folder: Path) -> float:
    began = time.perf_counter()
    waiting: list[str | os.DirEntry[str]] = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry)
    return time.perf_counter() - began
