"""A machine that cannot keep programs apart: nobody is served without asking, and then one person alone."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from pythonide_client import Client, SignInError, Transcript, connected, sign_in, sign_in_by_link
from tests.system.start.command import Served, pythonide, serving

pytestmark = pytest.mark.anyio
NO_ISOLATION = [sys.executable, str(Path(__file__).with_name("no_isolation.py"))]
ELSEWHERE = [sys.executable, str(Path(__file__).with_name("pretend_darwin.py"))]
FLAG = "--single-user"
PASSWORD = "correct horse battery"


@pytest.fixture
def own_data(data: Path) -> Path:
    """The data directory of whoever runs these tests, not of the service account."""
    for folder in (data, *data.iterdir()):
        os.chown(folder, os.geteuid(), os.getegid())
    return data


@asynccontextmanager
async def started(server: Served, path: str) -> AsyncIterator[tuple[Client, str, Transcript, int]]:
    """Sign in as the one person, and press Run: page, run, transcript and channel."""
    (link,) = server.links.values()
    async with connected(await sign_in_by_link(link)) as page:
        (own,) = page.welcome["workspaces"]
        run = (await page.ask("run.start", workspace=own["workspace"], path=path))["run"]
        transcript = Transcript()
        channel = (await page.ask("run.attach", run=run, offset=0))["channel"]
        yield page, run, transcript, channel


async def until(page: Client, transcript: Transcript, channel: int, words: bytes) -> None:
    with anyio.fail_after(60):
        while words not in transcript.data:
            frame = await page.receive()
            if not isinstance(frame, dict) and frame.channel == channel:
                transcript.take(frame)


def test_without_the_flag_nothing_is_served(own_data: Path) -> None:
    done = pythonide("serve", "--port", "0", "--demo", "--data", own_data, around=NO_ISOLATION)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Programs cannot be kept apart on this machine" in done.stderr
    assert FLAG in done.stderr
    assert "doctor" in done.stderr
    assert "Traceback" not in done.stderr
    assert "critical" not in done.stderr


async def test_with_the_flag_the_one_person_works_and_is_told(own_data: Path) -> None:
    with serving(own_data, FLAG, "--demo", around=NO_ISOLATION) as server:
        assert server.said["tier"] == "D"
        async with started(server, "main.py") as (page, _, transcript, channel):
            assert page.welcome["protected"] is False
            await until(page, transcript, channel, b"name? ")
            await page.type(channel, 0, b"Ada\r")
            await until(page, transcript, channel, b"Hello, Ada!\r\n>>> ")
            await page.type(channel, 4, b"name.upper()\r")
            await until(page, transcript, channel, b"'ADA'\r\n>>> ")
        assert server.stop() == 0


async def test_the_scientific_demo_reads_its_table(own_data: Path) -> None:
    with serving(own_data, FLAG, "--demo", around=NO_ISOLATION) as server:
        async with started(server, "weather.py") as (page, _, transcript, channel):
            await until(page, transcript, channel, b">>> ")
            assert b"towns" in transcript.data
            assert b"Traceback" not in transcript.data


ENDLESS = "print('on')\nwhile True:\n    pass\n"
ESCAPING = "import os, signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nif os.fork() == 0:\n    os.setsid()\n    print('on', flush=True)\n    time.sleep(600)\nwhile True:\n    pass\n"


async def test_a_program_can_be_stopped_and_leaves_nothing(own_data: Path) -> None:
    with serving(own_data, FLAG, around=NO_ISOLATION) as server:
        (link,) = server.links.values()
        async with connected(await sign_in_by_link(link)) as page:
            first, transcript, channel = await begun(page, "endless.py", ENDLESS)
            await page.ask("run.stop", run=first)
            await until(page, transcript, channel, b"KeyboardInterrupt")
            await until(page, transcript, channel, b">>> ")
            second, _, channel = await begun(page, "escaping.py", ESCAPING)
            for _ in range(2):
                await page.ask("run.stop", run=second)
            with anyio.fail_after(60):
                while channel not in page.ended:
                    await page.receive()
            assert left_of(second) == []
            assert left_of(first) != []  # its prompt is there still
        assert server.stop() == 0
        assert left_of(first) == []


async def begun(page: Client, path: str, text: str) -> tuple[str, Transcript, int]:
    """Make a file, press Run, and wait for its first line."""
    own = page.welcome["workspaces"][0]["workspace"]
    await page.ask("file.create", workspace=own, path=path, text=text)
    run = (await page.ask("run.start", workspace=own, path=path))["run"]
    transcript = Transcript()
    channel = (await page.ask("run.attach", run=run, offset=0))["channel"]
    await until(page, transcript, channel, b"on\r\n")
    return run, transcript, channel


def left_of(run: str) -> list[Path]:
    """The processes that carry the run's mark."""
    return [one for one in Path("/proc").glob("[0-9]*/environ") if _of_run(one, run)]


def _of_run(environ: Path, run: str) -> bool:
    try:
        return f"PYTHONIDE_RUN={run}".encode() in environ.read_bytes()
    except OSError:
        return False


async def test_nobody_else_signs_in(data: Path) -> None:
    """The folder of a whole class may be used, also by a machine that can keep programs apart: for one person."""
    with serving(data, "--demo") as server:
        ada = next(url for name, url in server.links.items() if name.startswith("Ada"))
        assert server.stop() == 0
    with serving(data, FLAG) as server:
        assert len(server.links) == 1
        moved = f"{server.address}/link#{ada.partition('#')[2]}"
        with pytest.raises(SignInError, match="for the person at its machine only"):
            await sign_in_by_link(moved)
        with pytest.raises(SignInError):
            await sign_in(server.address, "ada", PASSWORD)
        (link,) = server.links.values()
        async with connected(await sign_in_by_link(link)) as page:
            assert page.welcome["protected"] is True


def test_where_there_is_no_linux_a_class_is_refused(own_data: Path) -> None:
    done = pythonide("serve", "--port", "0", "--demo", "--data", own_data, around=ELSEWHERE)
    assert (done.returncode, done.stdout) == (1, "")
    assert "takes Linux" in done.stderr
    assert FLAG in done.stderr
    assert "Traceback" not in done.stderr


async def test_where_there_is_no_linux_one_person_works(own_data: Path) -> None:
    with serving(own_data, FLAG, "--demo", around=ELSEWHERE) as server:
        assert server.said["tier"] == "D"
        async with started(server, "main.py") as (page, run, transcript, channel):
            assert page.welcome["protected"] is False
            await until(page, transcript, channel, b"name? ")
            await page.type(channel, 0, b"Ada\r")
            await until(page, transcript, channel, b"Hello, Ada!\r\n>>> ")
            for _ in range(2):
                await page.ask("run.stop", run=run)
            await page.type(channel, 4, b"exit()\r")
            with anyio.fail_after(60):
                while channel not in page.ended:
                    await page.receive()
        assert server.stop() == 0


def test_the_doctor_says_what_is_missing_there(own_data: Path) -> None:
    done = pythonide("doctor", "--data", own_data, around=ELSEWHERE)
    assert "darwin, not Linux" in done.stdout
    assert "Traceback" not in done.stderr
