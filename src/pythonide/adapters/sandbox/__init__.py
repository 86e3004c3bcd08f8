"""Runs in real sandboxes: starts the launcher, speaks to it, and is the port `Sandboxes` for everyone else."""

from pythonide.adapters.sandbox.client import SandboxService, open_sandboxes
from pythonide.adapters.sandbox.launcher import Launcher, LauncherConfig, probe_tier, start_launcher

__all__ = ["Launcher", "LauncherConfig", "SandboxService", "open_sandboxes", "probe_tier", "start_launcher"]
