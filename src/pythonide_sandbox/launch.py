"""The launcher's first steps: what tier this machine gives, then the event loop."""

import os
import resource
import socket
import sys
from collections.abc import Callable
from typing import NoReturn

from pythonide_sandbox import cgroups, landlock, seccomp, syscalls
from pythonide_sandbox.cgroups import Groups
from pythonide_sandbox.landlocked import hatchery as landlocked
from pythonide_sandbox.launcher import Launcher
from pythonide_sandbox.layers import Layer, Tier
from pythonide_sandbox.outbox import Outbox
from pythonide_sandbox.settings import MAX_SETTINGS, LauncherSettings


class NoTierError(Exception):
    """This machine cannot isolate programs as asked."""


def main(fd: int) -> NoReturn:
    """Serve on the socket `fd`; its first message holds the settings."""
    web = socket.socket(fileno=fd)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a run takes several descriptors
    settings = LauncherSettings.decode(web.recv(MAX_SETTINGS))
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
    refusals: list[str] = []
    if wanted in (None, Tier.ROOTLESS):
        why = None if wanted else _tried(enter_user_namespace)
        if why is None:
            enter_user_namespace()
            return Tier.ROOTLESS, None
        refusals.append(why)
    if wanted in (None, Tier.LANDLOCK):
        why = tier_c_refusal()
        if why is None:
            landlocked.sweep(settings)
            return Tier.LANDLOCK, None
        refusals.append(why)
    raise NoTierError("; ".join(refusals) or f"tier {wanted} is not possible here: it needs root")


def _tried(work: Callable[[], None]) -> str | None:
    """Return why `work` fails, tried in a process that ends with it: half a namespace could not be left again."""
    reading, writing = os.pipe2(os.O_CLOEXEC)
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            os.write(writing, str(error).encode()[:1000] or b"no reason given")
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:
        why = answer.read().decode("utf-8", "replace")
    os.waitpid(child, 0)
    return why or None


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


def tier_c_refusal() -> str | None:
    """Return why runs cannot be held here without namespaces."""
    if os.geteuid() == 0:
        return "tier C is for an ordinary user, and this is root"
    abi = landlock.version()
    if abi < landlock.ABI_WITH_SCOPES:
        return f"Landlock is version {abi}, and tier C needs {landlock.ABI_WITH_SCOPES}"
    if not seccomp.can_ask():
        return "system calls cannot be filtered with somebody to ask"
    if not os.path.exists(f"/proc/self/task/{os.getpid()}/children"):
        return "/proc does not show whose child a process is"
    return None
