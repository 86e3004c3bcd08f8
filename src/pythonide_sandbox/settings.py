"""What `pythonide serve` tells the launcher once, before anything untrusted can speak to it."""

import dataclasses
import json
import os
from dataclasses import dataclass, field
from typing import cast

from pythonide_sandbox.layers import Layer, Tier

BOOT = "import sys; sys.path.insert(0, sys.argv[2]); from pythonide_sandbox.launch import main; main(int(sys.argv[1]))"
"""What `python -I -S -c` runs, with the socket's number and the folder of the code as arguments."""
KEEPER_BOOT = BOOT.replace("launch import", "keeper import")
"""The same for the keeper, which starts launchers."""
MAX_SETTINGS = 65536


@dataclass(frozen=True)
class LauncherSettings:
    """Folders, owner and caps of one launcher; all paths are absolute."""

    workspaces: str
    """Holds one folder per workspace, named by its id."""
    environments: str
    """Holds one folder per environment, named as in `preload`."""
    interpreter: str
    """The prefix of the Python that the environments were made for; seen as `/opt/python` inside."""
    code: str
    """The folder that holds the package `pythonide_sandbox`."""
    owner_uid: int
    owner_gid: int
    """Whom the students' files belong to on disk."""
    preload: dict[str, list[str]] = field(default_factory=lambda: {"bare": []})
    """Environment name to the modules its zygote imports; the web server may ask for others later."""
    first_uid: int = 200_000
    """The zygote with number n, the lowest that is free, uses the 65536 host uids from `first_uid + n * 65536` on (tier A)."""
    max_runs: int = 200
    parked: int = 4
    """Sandboxes kept ready per environment, at least."""
    parked_most: int = 32
    """Kept ready at most, while so many people have programs: they will press Run again, perhaps all at once."""
    parked_seconds: float = 300.0
    """For how long as many are kept ready as there were programs."""
    recycle_seconds: float = 24 * 3600.0
    """After so long a zygote is replaced by a fresh one."""
    recycle_forks: int = 20_000
    """After so many sandboxes likewise."""
    tier: str = "auto"
    without: list[str] = field(default_factory=list[str])
    """Layers that a test leaves out."""

    def encode(self) -> bytes:
        """Return the message that `decode` reads."""
        return json.dumps(dataclasses.asdict(self)).encode()

    @staticmethod
    def decode(data: bytes) -> "LauncherSettings":
        """Return the settings in a message from the parent process, which is trusted."""
        return LauncherSettings(**cast("dict[str, object]", json.loads(data)))  # type: ignore[arg-type] - from the parent process, which encoded it

    @property
    def grounds(self) -> str:
        """Where tier C keeps what its runs have to themselves: beside the workspaces, gone with each run."""
        return os.path.join(os.path.dirname(self.workspaces), "runs")

    def layers_left_out(self) -> frozenset[Layer]:
        """Return `without` as layers; raises `ValueError` on an unknown name."""
        return frozenset(Layer(name) for name in self.without)

    def wanted_tier(self) -> Tier | None:
        """Return the tier asked for, or `None` for the best there is."""
        return None if self.tier == "auto" else Tier(self.tier)
