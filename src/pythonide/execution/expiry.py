"""When a run is over by time: pure rules on one clock; activity and expiry meet in the one task that calls them."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from pythonide.domain.runs import EndReason, Limit, Limits, RunPhase
from pythonide.execution.policy import Patience


@dataclass(frozen=True)
class End:
    """The run must be stopped."""

    reason: EndReason
    limit: Limit | None = None
    grace: float = 0.0


@dataclass(frozen=True)
class Warn:
    """The run ends in so many seconds unless it is used; `None`: it was, the warning is over."""

    expires_in: float | None


class Expiry:
    """The deadlines of one run. Every method takes the moment at which it is called, in seconds of the clock.

    Idleness counts what the person does, never what the program does; the wall limit counts what the program does without the person.
    """

    def __init__(self, limits: Limits, patience: Patience, now: float) -> None:
        self._limits = limits
        self._patience = patience
        self._phase: RunPhase | None = None
        self._starting_at: float | None = None
        self._waiting = False
        self._used = 0.0
        """Seconds of the wall limit used up before `_counting_since`."""
        self._counting_since: float | None = None
        self._pressed_at: float | None = None
        self._gone_at: float | None = now
        self._warned = False
        self.active_at = now
        """When the person last did something."""

    def starting(self, now: float) -> None:
        """The sandbox is being made."""
        self._starting_at = now

    def running(self, now: float, phase: RunPhase) -> None:
        """The program runs, beginning with `phase`."""
        self._starting_at = None
        self.active_at = now
        self._phase = phase
        self._recount(now)

    def script_ended(self, now: float) -> None:
        """The prompt is there: an interrupt that was asked for has sufficed."""
        self._phase = RunPhase.PROMPT
        self._pressed_at = None
        self.active_at = now
        self._recount(now)

    def waiting(self, now: float, *, waiting: bool) -> None:
        """The program began or ceased to wait for the person; that is the program's doing, so it is no activity."""
        self._waiting = waiting
        if waiting and self._phase is RunPhase.PROMPT:
            self._pressed_at = None
        self._recount(now)

    def used(self, now: float) -> None:
        """The person typed something, or asked for more time."""
        self.active_at = now

    def present(self, now: float, *, present: bool) -> None:
        """The person's first page came, or the last one went."""
        self._gone_at = None if present else now

    def pressed(self, now: float) -> bool:
        """Stop was pressed: tell whether it was pressed already and the program has not obeyed yet."""
        again = self._pressed_at is not None
        if not (self._phase is RunPhase.PROMPT and self._waiting):
            self._pressed_at = now
        return again

    @property
    def stop_pressed(self) -> bool:
        """A press of Stop is not answered yet."""
        return self._pressed_at is not None

    def idle_left(self, now: float) -> float | None:
        """Return in how many seconds idleness ends the run, `None` if that is longer than it is warned before."""
        left = self._idle_ends() - now
        return left if left <= self._patience.warning else None

    def deadline(self) -> float:
        """Return the next moment at which `due` can have something to say."""
        idle = self._idle_ends()
        warning = idle - self._patience.warning
        return min(self._end()[0], idle if self._warned else warning)

    def due(self, now: float) -> Iterator[End | Warn]:
        """Yield what follows from the time being `now`, in order."""
        idle = self._idle_ends()
        warned = now >= idle - self._patience.warning
        moment, end = self._end()
        if now >= moment:
            yield end
        elif warned is not self._warned:
            self._warned = warned
            yield Warn(idle - now if warned else None)

    def _end(self) -> tuple[float, End]:
        patience = self._patience
        return min(
            (self._start_ends(), End(EndReason.FAILED_TO_START)),
            (_after(self._pressed_at, patience.interrupt), End(EndReason.STOPPED_BY_USER)),
            (_after(self._gone_at, patience.orphan), End(EndReason.ABANDONED, grace=patience.grace)),
            (self._idle_ends(), End(EndReason.IDLE, grace=patience.grace)),
            (self._wall_ends(), End(EndReason.TIMED_OUT, Limit.WALL, patience.grace)),
            key=lambda pair: pair[0],
        )

    def _start_ends(self) -> float:
        return _after(self._starting_at, self._patience.start)

    def _wall_ends(self) -> float:
        return _after(self._counting_since, self._limits.wall_seconds - self._used)

    def _idle_ends(self) -> float:
        idle = self._phase is RunPhase.PROMPT or (self._phase is RunPhase.SCRIPT and self._waiting)
        return self.active_at + self._patience.idle if idle else inf

    def _recount(self, now: float) -> None:
        counts = self._phase is RunPhase.SCRIPT and not self._waiting
        if self._counting_since is not None:
            self._used += now - self._counting_since
        self._counting_since = now if counts else None


def _after(moment: float | None, seconds: float) -> float:
    return inf if moment is None else moment + seconds
