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
from pythonide_sandbox.settings import BOOT, LauncherSettings

SCIENTIFIC = ("numpy", "pandas", "matplotlib.pyplot")
PRELOAD: Mapping[str, tuple[str, ...]] = {"bare": (), "scientific": SCIENTIFIC}
ENVIRONMENT_NAMES = tuple(PRELOAD)


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
    """A started launcher: its process and our end of its socket."""

    process: subprocess.Popen[bytes]
    connection: socket.socket


def start_launcher(config: LauncherConfig, *, testing: bool = False) -> Launcher:
    """Start the launcher. Refuses to leave out a layer unless `testing`."""
    if config.without and not testing:
        raise ValueError("layers are left out in tests only")
    config.workspaces.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(config.workspaces, *config.owner)
    code = str(Path(pythonide_sandbox.__file__).parent.parent)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", BOOT, str(theirs.fileno()), code],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd="/",
            env={},
            start_new_session=True,
        )
    settings = LauncherSettings(
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
        tier=config.tier or "auto",
        without=sorted(config.without),
    )
    ours.send(settings.encode())
    return Launcher(process, ours)
