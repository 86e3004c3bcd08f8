"""Starts the real launcher for hostile programs: as root (tier A), or as an ordinary user of this machine (tiers B and C)."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from pythonide.adapters.sandbox import Launcher, LauncherConfig, open_sandboxes, start_launcher
from pythonide_sandbox import landlock
from pythonide_sandbox.layers import Layer, Tier
from pythonide_sandbox.settings import BOOT, LauncherSettings
from tests.hostile.ground import SECRET_VARIABLE, Ground, furnish, new_secret
from tests.system.sandbox.benches import tier_asked

ROOT = os.geteuid() == 0
NOBODY = 65534
OWNER = (NOBODY, NOBODY) if ROOT else (os.geteuid(), os.getegid())
SYSTEM_PYTHON = Path("/usr/bin/python3")
_ASKED = tier_asked()
HAS_C = landlock.version() >= landlock.ABI_WITH_SCOPES
_ALL = (*((Tier.FULL,) if ROOT else ()), Tier.ROOTLESS, *((Tier.LANDLOCK,) if HAS_C else ()))
TIERS = (_ASKED,) if _ASKED else _ALL
"""Every tier that can be had here, or the one that was asked for."""
LONG = () if _ASKED else (Tier.LANDLOCK,)
"""Tiers whose whole suite is for the long tests; `test_without_namespaces.py` is its short form."""
_CODE = Path(__file__).parents[2] / "src" / "pythonide_sandbox"
_PARKED = 2


@asynccontextmanager
async def hostile_ground(
    tier: Tier, without: frozenset[Layer] = frozenset(), disk_bytes: int = 0
) -> AsyncIterator[Ground]:
    """Open sandboxes of `tier` around a furnished data directory; its launcher's environment holds the secret.

    With `disk_bytes`, the workspaces lie on a disk of their own, so small (root only).
    """
    secret = new_secret()
    with _data_directory() as data, _secret_in_environment(secret), _small_disk(data / "workspaces", disk_bytes):
        if tier is not Tier.FULL and ROOT:
            launcher = _launcher_of_ordinary_user(data, tier, without)
        else:
            _environment(data, Path(sys.base_prefix))
            config = LauncherConfig(
                data,
                OWNER,
                preload={"bare": ()},
                parked=_PARKED,
                parked_most=_PARKED,
                tier=tier,
                without=frozenset(map(str, without)),
            )
            launcher = start_launcher(config, testing=True)
        async with open_sandboxes(launcher) as service:
            assert service.tier is tier
            yield furnish(data, service, tier, secret, OWNER, launcher.process.pid)


@contextmanager
def _data_directory() -> Iterator[Path]:
    # Not below pytest's own folder: an ordinary user could not go there.
    data = Path(tempfile.mkdtemp(prefix="hostile-"))
    try:
        data.chmod(0o755)
        yield data
    finally:
        shutil.rmtree(data)


@contextmanager
def _small_disk(folder: Path, size: int) -> Iterator[None]:
    if not size:
        yield
        return
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def _secret_in_environment(secret: str) -> Iterator[None]:
    before = os.environ.get(SECRET_VARIABLE, "")
    os.environ[SECRET_VARIABLE] = secret
    try:
        yield
    finally:
        os.environ[SECRET_VARIABLE] = before


def _environment(data: Path, prefix: Path) -> None:
    """Make an empty environment for the interpreter at `prefix`, as `pythonide serve` would install one."""
    version = os.path.basename(os.path.realpath(prefix / "bin" / "python3"))
    folder = data / "environments" / "bare"
    (folder / "bin").mkdir(parents=True)
    (folder / "lib" / version / "site-packages").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /opt/python/bin\n", encoding="utf-8")
    (folder / "bin" / "python").symlink_to(f"/opt/python/bin/{version}")


def _launcher_of_ordinary_user(data: Path, tier: Tier, without: frozenset[Layer]) -> Launcher:
    """Start the launcher as `nobody`, who may read neither this checkout nor root's home: so with a copy and the system's Python."""
    shutil.copytree(_CODE, data / "code" / "pythonide_sandbox", ignore=shutil.ignore_patterns("__pycache__"))
    _environment(data, SYSTEM_PYTHON.parents[1])
    (data / "workspaces").mkdir()
    for folder in (data, data / "workspaces"):
        os.chown(folder, *OWNER)
    settings = LauncherSettings(
        workspaces=str(data / "workspaces"),
        environments=str(data / "environments"),
        interpreter=str(SYSTEM_PYTHON.parents[1]),
        code=str(data / "code"),
        owner_uid=NOBODY,
        owner_gid=NOBODY,
        parked=_PARKED,
        parked_most=_PARKED,
        tier=tier,
        without=sorted(map(str, without)),
    )
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [SYSTEM_PYTHON, "-I", "-S", "-c", BOOT, str(theirs.fileno()), data / "code"],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd="/",
            env={},
            start_new_session=True,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
        )
    ours.send(settings.encode())
    return Launcher(process, ours)
