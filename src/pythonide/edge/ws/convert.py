"""Runs, trees and bins as the wire shows them."""

from datetime import datetime
from typing import assert_never

from pythonide.domain.runs import Outcome, RunState
from pythonide.edge.errors import body_of
from pythonide.execution.commands import RunStanding
from pythonide.execution.events import (
    Expiring,
    Finished,
    Noticed,
    PlotAdded,
    Queued,
    RunEvent,
    ScriptOver,
    StateChanged,
    WaitingChanged,
)
from pythonide.execution.policy import RunPolicy
from pythonide.execution.timing import FAST_BYTES
from pythonide.features.workspaces.model import BinItem, Refused, WorkspaceView
from pythonide.ports import FileEntry
from pythonide.protocol.events import (
    AnyEvent,
    RunExpiring,
    RunFinished,
    RunNotice,
    RunPlot,
    RunScriptEnded,
    RunStateChanged,
    RunWaiting,
)
from pythonide.protocol.models import (
    BinEntry,
    Entry,
    PlotSummary,
    RefusedPath,
    RunLimits,
    RunOutcome,
    RunSnapshot,
    ScriptEnd,
    WorkspaceSummary,
)


def milliseconds(moment: datetime) -> int:
    """Return a moment as the wire writes it: milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def bin_entry_of(item: BinItem) -> BinEntry:
    """Return a deleted thing as the wire shows it."""
    return BinEntry(
        item=item.id,
        path=item.path.text,
        folder=item.extent.folder,
        files=item.extent.files,
        size=item.extent.size,
        deleted=milliseconds(item.deleted_at),
        kept_until=milliseconds(item.kept_until),
    )


def refused_of(refused: Refused) -> RefusedPath:
    """Return one refusal of several as the wire shows it."""
    body = body_of(refused.error)
    return RefusedPath(path=refused.path.text, code=body.code, message=body.message, details=body.details)


def run_stream(run: str) -> str:
    """Return the name of a run's stream."""
    return f"run:{run}"


def snapshot_of(standing: RunStanding) -> RunSnapshot:
    """Return a run as it stands."""
    view = standing.view
    return RunSnapshot(
        run=view.run,
        workspace=view.workspace,
        path=None if view.file is None else str(view.file),
        slot=str(view.slot),
        state=view.state,
        phase=view.phase,
        position=view.position,
        waiting=view.waiting,
        created=milliseconds(view.created_at),
        script_end=None if view.script_end is None else _script_end(view.script_end),
        plots=tuple(_plot(plot) for plot in view.plots),
        notices=view.notices,
        expires_in=_seconds(view.expires_in),
        limits=_limits(view.policy),
        outcome=None if view.outcome is None else _outcome(view.outcome, view.message, view.successor),
        output_start=standing.output_start,
        output_end=standing.output_end,
        stream=run_stream(view.run),
        seq=view.seq,
    )


def event_of(view_run: str, seq: int, event: RunEvent) -> AnyEvent:  # noqa: C901, PLR0912  # one line per kind of event
    """Return one event of a run."""
    stream = run_stream(view_run)
    match event:
        case StateChanged():
            return RunStateChanged(stream=stream, seq=seq, state=event.state, phase=event.phase, position=None)
        case Queued():
            return RunStateChanged(stream=stream, seq=seq, state=RunState.QUEUED, phase=None, position=event.position)
        case WaitingChanged():
            return RunWaiting(stream=stream, seq=seq, waiting=event.waiting)
        case ScriptOver():
            return RunScriptEnded(stream=stream, seq=seq, end=_script_end(event))
        case PlotAdded():
            return RunPlot(stream=stream, seq=seq, plot=_plot(event))
        case Noticed():
            return RunNotice(stream=stream, seq=seq, notice=event.notice)
        case Expiring():
            return RunExpiring(stream=stream, seq=seq, expires_in=_seconds(event.expires_in))
        case Finished():
            return RunFinished(stream=stream, seq=seq, outcome=_outcome(event.outcome, event.message, event.successor))
        case _:
            assert_never(event)


def _seconds(value: float | None) -> int | None:
    return None if value is None else max(0, round(value))


def _limits(policy: RunPolicy) -> RunLimits:
    limits = policy.limits
    return RunLimits(
        cpu_seconds=int(limits.cpu_seconds),
        wall_seconds=int(limits.wall_seconds),
        memory_bytes=limits.memory_bytes,
        processes=limits.processes,
        file_bytes=limits.file_bytes,
        written_bytes=limits.written_bytes,
        open_files=limits.open_files,
        tmp_bytes=limits.tmp_bytes,
        running=policy.running,
        prompts=policy.prompts,
        idle_seconds=int(policy.patience.idle),
        away_seconds=int(policy.patience.orphan),
        fast_bytes=FAST_BYTES,
    )


def _plot(plot: PlotAdded) -> PlotSummary:
    return PlotSummary(number=plot.number, width=plot.width, height=plot.height, alternative=plot.alternative)


def _script_end(end: ScriptOver) -> ScriptEnd:
    return ScriptEnd(
        exit_code=end.exit_code,
        reason=end.reason,
        limit=end.limit,
        error=end.error,
        line=end.line,
        file=end.file,
        missing=end.missing,
        missing_in=end.missing_in,
    )


def _outcome(outcome: Outcome, message: str, successor: str | None) -> RunOutcome:
    return RunOutcome(
        reason=outcome.reason,
        limit=outcome.limit,
        exit_code=outcome.exit_code,
        cpu_seconds=outcome.usage.cpu_seconds,
        peak_memory_bytes=outcome.usage.peak_memory_bytes,
        incident=outcome.incident,
        message=message,
        successor=successor,
    )


def entry_of(entry: FileEntry) -> Entry:
    """Return one line of a tree."""
    return Entry(
        path=entry.path.text, folder=entry.folder, size=max(0, entry.size), modified=max(0, int(entry.modified * 1000))
    )


def summary_of(view: WorkspaceView) -> WorkspaceSummary:
    """Return a workspace as one line of a list."""
    workspace = view.workspace
    return WorkspaceSummary(
        workspace=workspace.id,
        kind=view.view.value,
        name=view.name,
        course=workspace.course,
        course_title=workspace.course_title,
        writable=view.writable,
        runnable=view.runnable,
    )
