"""What a run is asked to be: plain data that can cross from a web node to a runner node."""

import msgspec
from msgspec.structs import replace

from pythonide.domain.ids import RunId, UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.execution.policy import RunPolicy
from pythonide.ports import CourseFolder, Program, SandboxSpec

SlotKey = tuple[UserId, WorkspaceId, WorkspacePath]
"""What can be run once at a time."""

VARIABLES_GONE = "Your program was stopped, so its variables are gone."


class RunRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One press of Run, with rights already decided."""

    run: RunId
    user: UserId
    """The workspace's owner: slots, caps and presence count for this person."""
    workspace: WorkspaceId
    slot: WorkspacePath
    """The file whose slot is taken."""
    file: WorkspacePath | None
    """The same file, or `None` for a prompt without a script."""
    arguments: tuple[str, ...] = ()
    seen: dict[str, int] = {}
    """What the student saw: of each open text up to which row, verified before anything starts."""
    interactive: bool = True
    columns: int = 80
    rows: int = 24
    policy: RunPolicy = RunPolicy()
    """As the course has it when Run is pressed."""
    course_folders: tuple[CourseFolder, ...] = ()
    notice: str = ""
    fingerprint: str = ""
    """Hash of the command that asked; the same run id with another one is a conflict."""

    @property
    def key(self) -> SlotKey:
        """The slot this run takes."""
        return (self.user, self.workspace, self.slot)

    def sandbox(self) -> SandboxSpec:
        """Return what the sandbox is made of."""
        policy = self.policy
        return SandboxSpec(self.run, self.workspace, self.course_folders, policy.environment, policy.limits)

    def program(self) -> Program:
        """Return what runs in it."""
        return Program(self.file, self.arguments, self.interactive, self.columns, self.rows, self.notice)


def fresh_prompt(request: RunRequest, run: RunId) -> RunRequest:
    """Return the request for the prompt that follows a program which had to be killed."""
    return replace(request, run=run, file=None, arguments=(), seen={}, notice=VARIABLES_GONE, fingerprint=run)
