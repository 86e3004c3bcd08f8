"""`pythonide course policy` while a server runs: the next Run obeys, and each limit says which it was and how large."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from pythonide_client import connected, sign_in_by_link
from pythonide_client.client import Client
from tests.system.start.command import pythonide, serving

pytestmark = pytest.mark.anyio
SECONDS = 120
CHOSEN = ["--environment", "bare", "--memory", "64M", "--processes", "12", "--file-size", "128k", "--open-files", "130"]
FURTHER = ["--tmp", "1M", "--cpu", "2s", "--wall", "1m", "--running", "2", "--prompts", "3", "--idle", "90s"]
FORKS = "import os, time\nfor _ in range(40):\n    if os.fork() == 0:\n        time.sleep(60)\n"
THREADS = "import threading, time\nfor _ in range(40):\n    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
FILES = "held = [open('/dev/null') for _ in range(200)]\n"
LARGE = "with open('large', 'wb') as file:\n    file.write(b'x' * 500_000)\n"
FULL = "for number in range(40):\n    open(f'/tmp/{number}', 'wb').write(b'x' * 100_000)\n"
HUNGRY = "held = []\nwhile True:\n    held.append(bytearray(1024 * 1024))\n"
OWN_FAULT = "import errno\nraise BlockingIOError(errno.EAGAIN, 'not ready')\n"
MUCH = "for number in range(100):\n    with open(f'file{number % 2}', 'wb', 0) as file:\n        file.write(b'x' * 100_000)\nimport time\ntime.sleep(60)\n"
ERRORS = {
    "forks": (FORKS, "BlockingIOError", "processes"),
    "threads": (THREADS, "RuntimeError", "processes"),
    "files": (FILES, "OSError", "open_files"),
    "large": (LARGE, "OSError", "file_size"),
    "full": (FULL, "OSError", "tmp"),
    "hungry": (HUNGRY, "MemoryError", "memory"),
    "own_fault": (OWN_FAULT, "BlockingIOError", None),
}
ENDS = {
    "busy": ("while True:\n    pass\n", ("timed_out", "cpu")),
    "much": (MUCH, ("killed_by_limit", "disk")),
}


@asynccontextmanager
async def student_of(data: Path) -> AsyncIterator[tuple[Client, str]]:
    """A demo server, and one of its students on a page."""
    with serving(data, "--demo") as server, anyio.fail_after(SECONDS):
        link = next(link for name, link in server.links.items() if "(student)" in name)
        async with connected(await sign_in_by_link(link)) as page:
            own = next(one for one in page.welcome["workspaces"] if one["kind"] == "own")
            yield page, own["workspace"]


async def run(
    page: Client, workspace: str, name: str, source: str, until: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a program; return its limits and the event that was waited for."""
    await page.ask("file.create", workspace=workspace, path=f"{name}.py", text=source)
    started = await page.ask("run.start", workspace=workspace, path=f"{name}.py")
    attached = await page.ask("run.attach", run=started["run"], offset=0)
    while True:
        message = await page.receive()
        if (
            isinstance(message, dict)
            and message.get("stream") == attached["snapshot"]["stream"]
            and message["type"] == until
        ):
            await page.ask("run.stop", run=started["run"])
            return attached["snapshot"]["limits"], message


@pytest.mark.long
async def test_the_next_run_obeys_and_every_limit_says_which_it_was(data: Path) -> None:
    async with student_of(data) as (page, own):
        before, _ = await run(page, own, "before", "print(1)\n", "run.script_ended")
        assert (before["memoryBytes"], before["processes"], before["idleSeconds"]) == (512 * 1024**2, 64, 1800)
        changed = pythonide("course", "policy", "demo", *CHOSEN, *FURTHER, "--json", "--data", data)
        assert changed.returncode == 0, changed.stderr
        for name, (source, error, limit) in ERRORS.items():
            limits, ended = await run(page, own, name, source, "run.script_ended")
            assert (ended["end"]["error"], ended["end"]["limit"]) == (error, limit), name
            assert (limits["memoryBytes"], limits["processes"], limits["openFiles"]) == (64 * 1024**2, 12, 130)
            assert (limits["fileBytes"], limits["writtenBytes"], limits["tmpBytes"]) == (131072, 8 * 131072, 1024**2)
            assert (limits["cpuSeconds"], limits["wallSeconds"], limits["idleSeconds"]) == (2, 60, 90)
            assert (limits["running"], limits["prompts"]) == (2, 3)
        for name, (source, end) in ENDS.items():
            _, finished = await run(page, own, name, source, "run.finished")
            assert (finished["outcome"]["reason"], finished["outcome"]["limit"]) == end, name
        assert pythonide("course", "policy", "demo", "--wall", "1s", "--data", data).returncode == 0
        limits, finished = await run(page, own, "asleep", "import time\ntime.sleep(600)\n", "run.finished")
        assert (finished["outcome"]["reason"], finished["outcome"]["limit"]) == ("timed_out", "wall")
        assert limits["wallSeconds"] == 1


def test_it_shows_changes_and_takes_back(data: Path) -> None:
    made = pythonide("course", "create", "python-1", "--title", "Python 1", "--student", "ada", "--data", data)
    assert made.returncode == 0, made.stderr
    policy = ["course", "policy", "python-1", "--data", data]
    shown = pythonide(*policy)
    assert "--memory       512M" in shown.stdout
    assert "chosen" not in shown.stdout
    changed = pythonide(*policy, "--memory", "1.5G", "--cpu", "2m", "--idle", "1h", "--json")
    said = json.loads(changed.stdout)
    assert said["chosen"] == ["cpu_seconds", "memory_bytes", "idle_seconds"]
    assert (said["policy"]["memory_bytes"], said["policy"]["cpu_seconds"]) == (3 * 512 * 1024**2, 120)
    back = json.loads(pythonide(*policy, "--memory", "default", "--json").stdout)
    assert (back["policy"]["memory_bytes"], back["chosen"]) == (512 * 1024**2, ["cpu_seconds", "idle_seconds"])


REFUSED = [
    (["--memory", "512"], "--memory 512: write a size such as 512M or 1G, or “default”.\n"),
    (["--cpu", "soon"], "--cpu soon: write a time such as 60s, 10m or 1h, or “default”.\n"),
    (["--running", "1.5"], "--running 1.5: write a whole number, or “default”.\n"),
    (["--memory", "1k"], "--memory must be between 32M and 64G.\n"),
    (["--idle", "1s"], "--idle must be between 1m and 24h.\n"),
    (["--processes", "99999"], "--processes must be between 1 and 1024.\n"),
    (["--environment", "magic"], "There is no environment “magic”; there are bare, scientific.\n"),
]


def test_what_cannot_be_is_refused_in_a_sentence(data: Path) -> None:
    made = pythonide("course", "create", "python-1", "--title", "Python 1", "--student", "ada", "--data", data)
    assert made.returncode == 0, made.stderr
    for words, sentence in REFUSED:
        refused = pythonide("course", "policy", "python-1", *words, "--data", data)
        assert (refused.returncode, refused.stderr) == (1, sentence)


def test_a_course_that_is_not_there_is_named(data: Path) -> None:
    done = pythonide("course", "policy", "absent", "--data", data)
    assert (done.returncode, done.stderr) == (1, "There is no course “absent”.\n")
