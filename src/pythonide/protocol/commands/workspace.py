"""File trees."""

from pythonide.protocol.base import Command, Count, Id, Message, StreamName
from pythonide.protocol.models import Entry, RunSnapshot, WorkspaceSummary


class ListWorkspaces(Command, tag="workspace.list", frozen=True):
    """Which trees the person may see."""


class WorkspaceList(Message, frozen=True):
    """The answer to `workspace.list`."""

    workspaces: tuple[WorkspaceSummary, ...]


class OpenWorkspace(Command, tag="workspace.open", frozen=True):
    """Show a tree and follow its changes; opening it again gives a fresh snapshot."""

    workspace: Id


class WorkspaceSnapshot(Message, frozen=True):
    """A tree, its live runs, and the stream that keeps both true."""

    summary: WorkspaceSummary
    entries: tuple[Entry, ...]
    truncated: bool
    """The tree has more entries than are shown."""
    runs: tuple[RunSnapshot, ...]
    stream: StreamName
    seq: Count


class CloseWorkspace(Command, tag="workspace.close", frozen=True):
    """Stop following a tree."""

    workspace: Id
