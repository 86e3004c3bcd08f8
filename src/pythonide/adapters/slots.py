"""Slots of a server that has its database to itself: all runs live and end with this process, and so do their leases."""

import logging

import anyio.lowlevel

from pythonide.domain.ids import RunId, UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.ports import SlotLease

log = logging.getLogger(__name__)

Key = tuple[UserId, WorkspaceId, WorkspacePath]


class LocalSlots:
    """Implements `Slots` in memory. What is kept is bounded by the runs that are alive: epochs are never used twice."""

    def __init__(self) -> None:
        self._held: dict[Key, SlotLease] = {}
        self._epoch = 0

    async def acquire(self, user: UserId, workspace: WorkspaceId, file: WorkspacePath, run: RunId) -> SlotLease:
        """Take the slot over from whatever held it; the lease's epoch is above any before."""
        await anyio.lowlevel.checkpoint()
        self._epoch += 1
        lease = SlotLease(user, workspace, file, run, self._epoch)
        self._held[(user, workspace, file)] = lease
        return lease

    async def release(self, lease: SlotLease) -> bool:
        """Free the slot if the lease is the current one; a late release changes nothing and is logged."""
        await anyio.lowlevel.checkpoint()
        key = (lease.user, lease.workspace, lease.file)
        if self._held.get(key) != lease:
            log.warning("late release of a slot", extra={"run": lease.run, "epoch": lease.epoch})
            return False
        del self._held[key]
        return True
