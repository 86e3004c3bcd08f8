"""Runs in real sandboxes: starts the launcher, speaks to it, and is the port `Sandboxes` for everyone else."""

from pythonide.adapters.sandbox.client import SandboxService, open_sandboxes
from pythonide.adapters.sandbox.launcher import Launcher, LauncherConfig, start_launcher
from pythonide.adapters.sandbox.trial import Trial, try_out

__all__ = ["Launcher", "LauncherConfig", "SandboxService", "Trial", "open_sandboxes", "start_launcher", "try_out"]
