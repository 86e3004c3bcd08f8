"""Starts the launcher process; called before the web server gives up its privileges and before any thread exists."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pythonide_sandbox
from pythonide_sandbox.layers import Tier
from pythonide_sandbox.settings import BOOT, KEEPER_BOOT, LauncherSettings

PLEASE = b"1"
"""The whole of what a keeper is ever told: start a launcher."""
SCIENTIFIC = ("numpy", "pandas", "matplotlib.pyplot")
PRELOAD: Mapping[str, tuple[str, ...]] = {"bare": (), "scientific": SCIENTIFIC}


@dataclass(frozen=True)
class LauncherConfig:
    """What the launcher is told once. `without` names layers to leave out, for tests only."""

    data_dir: Path
    owner: tuple[int, int]
    """Uid and gid of the students' files on disk."""
    interpreter: Path = field(default_factory=lambda: Path(sys.base_prefix))
    """Prefix of the Python that the environments were made for."""
    preload: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: PRELOAD)
    max_runs: int = 200
    parked: int = 4
    parked_most: int = 32
    parked_seconds: float = 300.0
    recycle_seconds: float = 24 * 3600.0
    """After so long a zygote is replaced by a fresh one."""
    recycle_forks: int = 20_000
    """After so many sandboxes likewise."""
    tier: Tier | None = None
    without: frozenset[str] = frozenset()

    @property
    def workspaces(self) -> Path:
        """Where the workspaces' folders are."""
        return self.data_dir / "workspaces"

    @property
    def environments(self) -> Path:
        """Where the environments' folders are."""
        return self.data_dir / "environments"


@dataclass(frozen=True)
class Launcher:
    """A started launcher, or keeper of launchers: its process and our end of its socket."""

    process: subprocess.Popen[bytes]
    connection: socket.socket

    def wait(self) -> None:
        """Return once it has ended."""
        self.process.wait()


def start_launcher(config: LauncherConfig, *, testing: bool = False) -> Launcher:
    """Start the launcher. Refuses to leave out a layer unless `testing`."""
    return Launcher(*start_process(config, BOOT, testing=testing))


def start_keeper(config: LauncherConfig, *, testing: bool = False) -> Launcher:
    """Start the keeper, which starts launchers when asked, and ask for the first one.

    Before privileges are given up and before any thread exists: it keeps the rights that we give up.
    """
    process, line = start_process(config, KEEPER_BOOT, testing=testing)
    line.send(PLEASE)
    return Launcher(process, line)


def start_process(
    config: LauncherConfig, boot: str, *, testing: bool = False
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a process of the sandbox's own code, tell it the settings, and return it with our end of its socket."""
    if config.without and not testing:
        raise ValueError("layers are left out in tests only")
    config.workspaces.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(config.workspaces, *config.owner)
    code = str(Path(pythonide_sandbox.__file__).parent.parent)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", boot, str(theirs.fileno()), code],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd="/",
            env={},
            start_new_session=True,
        )
    ours.send(_settings(config, code).encode())
    return process, ours


def _settings(config: LauncherConfig, code: str) -> LauncherSettings:
    return LauncherSettings(
        workspaces=str(config.workspaces.absolute()),
        environments=str(config.environments.absolute()),
        interpreter=str(config.interpreter),
        code=code,
        owner_uid=config.owner[0],
        owner_gid=config.owner[1],
        preload={name: list(modules) for name, modules in config.preload.items()},
        max_runs=config.max_runs,
        parked=config.parked,
        parked_most=config.parked_most,
        parked_seconds=config.parked_seconds,
        recycle_seconds=config.recycle_seconds,
        recycle_forks=config.recycle_forks,
        tier=config.tier or "auto",
        without=sorted(config.without),
    )
