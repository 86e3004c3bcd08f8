"""What happened in a run (stream `run:<id>`)."""

from pythonide.domain.runs import RunPhase, RunState
from pythonide.protocol.base import Count, Event
from pythonide.protocol.models import NoticeCode, PlotSummary, RunOutcome, ScriptEnd


class RunStateChanged(Event, tag="run.state", frozen=True):
    """A move of the run, or another place in the queue."""

    state: RunState
    phase: RunPhase | None
    position: Count | None


class RunWaiting(Event, tag="run.waiting", frozen=True):
    """The program began or ceased to wait for input."""

    waiting: bool


class RunScriptEnded(Event, tag="run.script_ended", frozen=True):
    """The script is over; the prompt follows, if the run goes on."""

    end: ScriptEnd


class RunPlot(Event, tag="run.plot", frozen=True):
    """A figure was shown."""

    plot: PlotSummary


class RunNotice(Event, tag="run.notice", frozen=True):
    """Something the student should know in a plain sentence; the page has the words.

    `network_needed`: programs here have no network. `variables_gone`: this prompt is a fresh one. `output_slowed`: the program prints faster than is kept up with.
    `prompt_evicted`: the person has too many prompts open, and this one was idle longest. `room_needed`: likewise, of all prompts on the machine.
    """

    notice: NoticeCode


class RunExpiring(Event, tag="run.expiring", frozen=True):
    """An idle prompt ends in so many seconds unless it is used or extended; null: it was."""

    expires_in: Count | None


class RunFinished(Event, tag="run.finished", frozen=True):
    """Nothing of the run is left but its output. The last event of the stream."""

    outcome: RunOutcome
