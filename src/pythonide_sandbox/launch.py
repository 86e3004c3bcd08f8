"""The launcher's first steps: what tier this machine gives, then the event loop."""

import os
import resource
import socket
import sys
from typing import NoReturn

from pythonide_sandbox import cgroups, syscalls
from pythonide_sandbox.cgroups import Groups
from pythonide_sandbox.launcher import Launcher
from pythonide_sandbox.layers import Layer, Tier
from pythonide_sandbox.outbox import Outbox
from pythonide_sandbox.settings import LauncherSettings

_MAX_SETTINGS = 65536


class NoTierError(Exception):
    """This machine cannot isolate programs as asked."""


def main(fd: int) -> NoReturn:
    """Serve on the socket `fd`; its first message holds the settings."""
    web = socket.socket(fileno=fd)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a run takes several descriptors
    settings = LauncherSettings.decode(web.recv(_MAX_SETTINGS))
    outbox = Outbox(web)
    try:
        tier, groups = choose(settings)
        launcher = Launcher(web, settings, tier, groups)
    except (NoTierError, OSError) as error:
        outbox.send({"type": "hello", "tier": Tier.NONE, "failure": str(error)})
        sys.exit(1)
    outbox.send({"type": "hello", "tier": tier, "failure": None})
    launcher.run()
    sys.exit(0)


def choose(settings: LauncherSettings) -> tuple[Tier, Groups | None]:
    """Return the best tier of those asked for, and enter the namespaces it needs. Raises `NoTierError`."""
    wanted = settings.wanted_tier()
    if os.geteuid() == 0 and wanted in (None, Tier.FULL):
        groups = None if Layer.CGROUP in settings.layers_left_out() else cgroups.find()
        return Tier.FULL, groups  # without groups the watchdog limits memory and processor time, as at tier B
    if wanted in (None, Tier.ROOTLESS):
        enter_user_namespace()
        return Tier.ROOTLESS, None
    raise NoTierError(f"tier {wanted} is not possible here: it needs root" if wanted is Tier.FULL else f"tier {wanted}")


def enter_user_namespace() -> None:
    """Become root of a user and mount namespace of our own, as an ordinary user may. Raises `NoTierError`."""
    uid, gid = os.geteuid(), os.getegid()
    try:
        syscalls.unshare(syscalls.CLONE_NEWUSER | syscalls.CLONE_NEWNS)
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
        syscalls.mount(None, "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    except OSError as error:
        raise NoTierError(f"no user namespaces for an ordinary user: {error}") from error
