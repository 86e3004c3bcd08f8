"""Where the launcher does one thing or another by tier: whose folders runs get, how a zygote starts, what ends a run."""

import signal

from pythonide_sandbox import hatchery
from pythonide_sandbox.hatchery import Hatched
from pythonide_sandbox.landlocked import hatchery as landlocked
from pythonide_sandbox.landlocked.folders import Folders
from pythonide_sandbox.layers import Layer, Tier
from pythonide_sandbox.settings import LauncherSettings
from pythonide_sandbox.trees import Trees


def trees(tier: Tier, settings: LauncherSettings) -> Trees:
    """Return what hands out the folders of runs."""
    owner = (settings.owner_uid, settings.owner_gid)
    if tier is Tier.LANDLOCK:
        return Folders(settings.workspaces, owner)
    mapped = tier is Tier.FULL and Layer.IDMAP not in settings.layers_left_out()
    return Trees(settings.workspaces, owner, mapped=mapped)


def hatch(tier: Tier, environment: int, settings: LauncherSettings, *, first_uid: int) -> Hatched:
    """Start the zygote of an open environment, at tier A in the range of ids from `first_uid` on. Raises `OSError`."""
    if tier is Tier.LANDLOCK:
        return landlocked.hatch(environment, settings)
    return hatchery.hatch(environment, settings, first_uid=first_uid if tier is Tier.FULL else None)


def last_signal(tier: Tier) -> int:
    """Return what ends a run's first process, and with it the run: without a namespace it has to end the rest itself."""
    return signal.SIGTERM if tier is Tier.LANDLOCK else signal.SIGKILL
