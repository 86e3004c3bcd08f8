"""What all tests share: the backend, fast first, no sockets in unit tests, and the leak fixture."""

import asyncio
import gc
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from anyio.lowlevel import checkpoint

FAST_FIRST = (
    "tools",
    "unit",
    "model",
    "contract",
    "fuzz",
    "component",
    "hostile",
    "differential",
    "system",
    "soak",
    "browser",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-pictures", action="store_true", help="write docs/pictures anew")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order by folder, fast ones first, and mark what runs a browser or a system."""
    for item in items:
        if (kind := _kind(item)) in ("browser", "system"):
            item.add_marker(kind)
    items.sort(key=lambda item: FAST_FIRST.index(kind) if (kind := _kind(item)) in FAST_FIRST else len(FAST_FIRST))


def _kind(item: pytest.Item) -> str:
    parts = item.path.relative_to(Path(__file__).parent).parts
    return parts[0]


@pytest.fixture
def anyio_backend() -> str:
    """The server runs on asyncio, so its tests do."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_network_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if _kind(request.node) in ("unit", "model"):

        def refuse(self: socket.socket, address: object) -> None:
            raise AssertionError(f"a unit test reaches for the network: {address}")

        monkeypatch.setattr(socket.socket, "connect", refuse)
        monkeypatch.setattr(socket.socket, "bind", refuse)


@dataclass(frozen=True)
class Held:
    """What this process holds that must be given back."""

    descriptors: frozenset[str]
    threads: frozenset[str]
    children: frozenset[int]


def held() -> Held:
    """Take stock. Names descriptors by number and target, so that a failure says what leaked."""
    gc.collect()
    return Held(
        descriptors=frozenset(_descriptors()),
        threads=frozenset(thread.name for thread in threading.enumerate()),
        children=frozenset(_children()),
    )


def _descriptors() -> Iterator[str]:
    for number in os.listdir("/proc/self/fd"):
        try:
            yield f"{number} → {os.readlink(f'/proc/self/fd/{number}')}"
        except FileNotFoundError:  # the descriptor with which the folder itself was read
            continue


def _children() -> Iterator[int]:
    for task in Path("/proc/self/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


@pytest.fixture
def leaks(anyio_backend: str) -> Iterator[None]:
    """Compare threads, descriptors and children before and after. Ask for it before every other fixture."""
    if not sys.platform.startswith("linux"):
        yield
        return
    before = held()
    yield
    after = held()
    assert after.children <= before.children, f"children left: {after.children - before.children}"
    assert after.descriptors <= before.descriptors, (
        f"descriptors left: {sorted(after.descriptors - before.descriptors)}"
    )
    assert after.threads <= before.threads, f"threads left: {sorted(after.threads - before.threads)}"


@pytest.fixture
async def task_leaks(leaks: None) -> AsyncIterator[None]:
    """Compare tasks as well, for tests that use the loop of the test itself."""
    before = asyncio.all_tasks()
    yield
    await checkpoint()
    left = {task for task in asyncio.all_tasks() - before if not task.done()}
    assert not left, f"tasks left: {left}"
