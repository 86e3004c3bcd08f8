"""What happens in a run, and the picture it adds up to: snapshot + events = fresh snapshot."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from pythonide.domain.ids import RunId, UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import EndReason, Limit, Outcome, RunPhase, RunState
from pythonide.execution.policy import RunPolicy

NoticeCode = Literal["network_needed", "variables_gone", "output_slowed", "prompt_evicted", "room_needed"]
Changes = dict[str, Any]

MAX_PLOTS = 50


class StateChanged(msgspec.Struct, frozen=True, tag="state"):
    """A move of the run."""

    state: RunState
    phase: RunPhase | None

    def changes(self, view: "RunView") -> Changes:
        """Return the fields of the picture that are different now."""
        return {"state": self.state, "phase": self.phase, "position": None}


class Queued(msgspec.Struct, frozen=True, tag="queued"):
    """The run's place in the queue, from 1."""

    position: int

    def changes(self, view: "RunView") -> Changes:
        """Return the fields of the picture that are different now."""
        return {"position": self.position}


class ScriptOver(msgspec.Struct, frozen=True, tag="script_ended"):
    """The script ended, by the word of the student's own interpreter."""

    exit_code: int
    reason: EndReason
    limit: Limit | None = None
    error: str | None = None
    line: int | None = None
    file: str | None = None
    missing: str | None = None
    missing_in: tuple[str, ...] = ()
    """Other environments that have the missing module."""

    def changes(self, view: "RunView") -> Changes:
        """Return the fields of the picture that are different now."""
        return {"script_end": self}


class WaitingChanged(msgspec.Struct, frozen=True, tag="waiting"):
    """The program began or ceased to wait for input."""

    waiting: bool

    def changes(self, view: "RunView") -> Changes:
        """Return the fields of the picture that are different now."""
        return {"waiting": self.waiting}


class PlotAdded(msgspec.Struct, frozen=True, tag="plot"):
    """A figure was shown; its bytes are asked for by number."""

    number: int
    width: int
    height: int
    alternative: str

    def changes(self, view: "RunView") -> Changes:
        """Return the fields of the picture that are different now."""
        return {"plots": (*view.plots, self)[-MAX_PLOTS:]}


class Noticed(msgspec.Struct, frozen=True, tag="notice"):
    """Something the student should know; the page has the words."""

    notice: NoticeCode

    def changes(self, view: "RunView") -> Changes:
        """Return the fields of the picture that are different now."""
        return {"notices": (*view.notices, self.notice)}


class Expiring(msgspec.Struct, frozen=True, tag="expiring"):
    """The run ends in so many seconds unless it is used or extended; `None`: it was."""

    expires_in: float | None

    def changes(self, view: "RunView") -> Changes:
        """Return the fields of the picture that are different now."""
        return {"expires_in": self.expires_in}


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """Nothing of the run is left but its output; `successor` is the fresh prompt that follows."""

    outcome: Outcome
    successor: RunId | None = None
    message: str = ""
    """A plain sentence where the run could not start."""

    def changes(self, view: "RunView") -> Changes:
        """Return the fields of the picture that are different now."""
        return {
            "state": RunState.FINISHED,
            "phase": None,
            "position": None,
            "waiting": False,
            "expires_in": None,
            "outcome": self.outcome,
            "successor": self.successor,
            "message": self.message,
        }


RunEvent = StateChanged | Queued | ScriptOver | WaitingChanged | PlotAdded | Noticed | Expiring | Finished


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """A run as it stands after `seq` events."""

    run: RunId
    user: UserId
    workspace: WorkspaceId
    slot: WorkspacePath
    file: WorkspacePath | None
    created_at: datetime
    policy: RunPolicy
    seq: int = 0
    state: RunState = RunState.QUEUED
    phase: RunPhase | None = None
    position: int | None = None
    waiting: bool = False
    script_end: ScriptOver | None = None
    plots: tuple[PlotAdded, ...] = ()
    notices: tuple[NoticeCode, ...] = ()
    expires_in: float | None = None
    outcome: Outcome | None = None
    successor: RunId | None = None
    message: str = ""

    def after(self, event: RunEvent) -> "RunView":
        """Return the picture once `event` has happened."""
        return replace(self, seq=self.seq + 1, **event.changes(self))
