"""The ground for each module of hostile tests, and the machine's services that programs must not reach."""

import os
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from pythonide_sandbox.layers import Tier
from tests.hostile.bench import LONG, TIERS, hostile_ground
from tests.hostile.ground import Ground
from tests.hostile.services import Services


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One loop for a module, because its sandboxes are warm only once."""
    return "asyncio"


TIER_PARAMETERS = [pytest.param(tier, marks=[pytest.mark.long] if tier in LONG else []) for tier in TIERS]


@pytest.fixture(scope="module", params=TIER_PARAMETERS)
def tier(request: pytest.FixtureRequest) -> Tier:
    """Every tier that can be had here: an ordinary user has no A."""
    return request.param


@pytest.fixture(scope="module")
async def ground(tier: Tier) -> AsyncIterator[Ground]:
    """The real sandbox, once per module and tier."""
    async with hostile_ground(tier) as ground:
        yield ground


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Services on loopback, on an abstract name and on a path, reachable for every ordinary process."""
    tcp = socket.socket()
    tcp.bind(("127.0.0.1", 0))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    datagram = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    datagram.bind(str(tmp_path / "d"))
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind(f"\0hostile-{os.getpid()}")
    path = socket.socket(socket.AF_UNIX)
    path.bind(str(tmp_path / "s"))
    for listener in (tcp, abstract, path):
        listener.listen()
    for folder in (tmp_path, *list(tmp_path.parents)[:3]):
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o011)  # what refuses a program is its sandbox, not this folder
    for name in ("s", "d"):
        (tmp_path / name).chmod(0o777)
    for listener in (tcp, udp, datagram, abstract, path):
        listener.setblocking(False)
    yield Services(tcp, udp, datagram, abstract, path)
    for listener in (tcp, udp, datagram, abstract, path):
        listener.close()
