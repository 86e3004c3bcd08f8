"""What happened in a workspace (stream `workspace:<id>`)."""

from pythonide.protocol.base import Event, PathText
from pythonide.protocol.models import Entry, RunSnapshot


class WorkspaceChanged(Event, tag="workspace.changed", frozen=True):
    """Entries that are new or different, and paths that are gone."""

    upserted: tuple[Entry, ...]
    removed: tuple[PathText, ...]


class RunOpened(Event, tag="run.opened", frozen=True):
    """A run of this workspace was admitted, from this page or another."""

    run: RunSnapshot


class StreamReset(Event, tag="stream.reset", frozen=True):
    """Events up to `seq` are missing, on any stream: open the workspace or document or attach to the run again for a fresh snapshot."""
