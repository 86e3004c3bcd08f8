"""Runs: start, stop, watch."""

from typing import Annotated

import msgspec

from pythonide.protocol.base import Columns, Command, Count, Id, Message, PathText, Rows
from pythonide.protocol.models import RunSnapshot

Argument = Annotated[str, msgspec.Meta(max_length=1000)]


class StartRun(Command, tag="run.start", frozen=True):
    """Run a file; a run that holds the file's slot is replaced.

    `seen` says up to which row the student saw the log of each open text: if one has more, it is a `conflict` and nothing runs.
    """

    workspace: Id
    path: PathText
    arguments: Annotated[tuple[Argument, ...], msgspec.Meta(max_length=50)] = ()
    seen: Annotated[dict[PathText, Count], msgspec.Meta(max_length=500)] = {}
    columns: Columns = 80
    rows: Rows = 24


class StartedRun(Message, frozen=True):
    """The run was admitted: it is starting or in the queue."""

    run: Id


class StopRun(Command, tag="run.stop", frozen=True):
    """First press: interrupt, and kill after a second; a second press kills at once."""

    run: Id


class ExtendRun(Command, tag="run.extend", frozen=True):
    """Keep an idle prompt for another full idle time."""

    run: Id


class ResizeRun(Command, tag="run.resize", frozen=True):
    """The terminal's new size."""

    run: Id
    columns: Columns
    rows: Rows


class AttachRun(Command, tag="run.attach", frozen=True):
    """Follow a run: its output from `offset` on as binary frames, and its events."""

    run: Id
    offset: Count = 0


class AttachedRun(Message, frozen=True):
    """`channel` names the run in binary frames of this connection; `input_offset` is where typing goes on."""

    channel: Count
    input_offset: Count
    snapshot: RunSnapshot


class DetachRun(Command, tag="run.detach", frozen=True):
    """Stop following a run; it goes on."""

    run: Id
