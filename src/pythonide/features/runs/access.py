"""Who may run, and who may watch: decided by the workspace, never by who pressed Run."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from pythonide.domain.errors import ForbiddenError, NotFoundError
from pythonide.domain.ids import UserId, WorkspaceId
from pythonide.execution.policy import RunPolicy
from pythonide.ports import CourseFolder


@dataclass(frozen=True)
class WorkspaceRights:
    """What the workspace and its course allow one person; whoever may not even watch gets `NotFoundError` instead."""

    workspace: WorkspaceId
    owner: UserId | None
    """Whose programs run there; nobody's in a course folder."""
    may_run: bool
    may_watch: bool
    policy: RunPolicy = field(default_factory=RunPolicy)
    course_folders: tuple[CourseFolder, ...] = ()


RightsOf = Callable[[UserId, WorkspaceId], Awaitable[WorkspaceRights]]
"""Asks the workspaces feature, which stands above this one; raises `NotFoundError`."""


@dataclass(frozen=True)
class RunGrant:
    """The right to run in a workspace as its owner; made by `RunAccess` only."""

    owner: UserId
    rights: WorkspaceRights


class RunAccess:
    """The one place where rights to runs are decided."""

    def __init__(self, rights_of: RightsOf) -> None:
        self._rights_of = rights_of

    async def to_run(self, user: UserId, workspace: WorkspaceId) -> RunGrant:
        """Return the right to start and control runs, or raise `NotFoundError` or `ForbiddenError`."""
        rights = await self.to_watch(user, workspace)
        if not rights.may_run or rights.owner is None:
            raise ForbiddenError("You may look at this workspace, but not run programs in it.")
        return RunGrant(rights.owner, rights)

    async def to_watch(self, user: UserId, workspace: WorkspaceId) -> WorkspaceRights:
        """Return the right to see runs and their output, or raise `NotFoundError`."""
        rights = await self._rights_of(user, workspace)
        if not (rights.may_watch or rights.may_run):
            raise NotFoundError("There is no such workspace.")
        return rights
