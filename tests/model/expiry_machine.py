"""Row 21: no run ends while activity is younger than the limit, and none lives on after it."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pythonide.domain.runs import EndReason, Limits, RunPhase
from pythonide.execution.expiry import End, Expiry, Warn
from pythonide.execution.policy import Patience

LIMITS = Limits(wall_seconds=50.0)
PATIENCE = Patience(idle=100.0, warning=10.0, orphan=70.0, interrupt=1.0)


class ExpiryMachine(RuleBasedStateMachine):
    """Time passes in steps; whatever is due is heard at once, as the watching task does."""

    def __init__(self) -> None:
        super().__init__()
        self.begin()

    @precondition(lambda self: self.end is not None)
    @rule()
    def begin(self) -> None:
        """Another run, when one is over."""
        self.now = 0.0
        self.expiry = Expiry(LIMITS, PATIENCE, 0.0)
        self.expiry.running(0.0, RunPhase.SCRIPT)
        self.phase = RunPhase.SCRIPT
        self.waiting = False
        self.active_at = 0.0
        self.gone_at: float | None = 0.0
        self.pressed_at: float | None = None
        self.worked = 0.0
        self.warned = False
        self.end: End | None = None

    def hear(self) -> None:
        for verdict in self.expiry.due(self.now):
            match verdict:
                case Warn(expires_in):
                    self.warned = expires_in is not None
                    late = (
                        self.phase is RunPhase.PROMPT
                        and expires_in is not None
                        and expires_in < PATIENCE.warning - 0.001
                    )
                    assert not late, "warned too late to do something about it"
                case End():
                    self.judge(verdict)

    def judge(self, end: End) -> None:
        self.end = end
        match end.reason:
            case EndReason.IDLE:
                assert self.waiting or self.phase is RunPhase.PROMPT
                assert self.now - self.active_at >= PATIENCE.idle, "it was in use"
            case EndReason.ABANDONED:
                assert self.gone_at is not None
                assert self.now - self.gone_at >= PATIENCE.orphan
            case EndReason.STOPPED_BY_USER:
                assert self.pressed_at is not None
                assert self.now - self.pressed_at >= PATIENCE.interrupt
            case EndReason.TIMED_OUT:
                assert self.worked >= LIMITS.wall_seconds, "time spent waiting was counted"
            case _:
                raise AssertionError(end.reason)

    @precondition(lambda self: self.end is None)
    @rule(seconds=st.sampled_from([0.0, 0.5, 0.875, 1.0, 9.0, 10.0, 33.0, 49.0, 69.875, 89.5, 90.0, 99.5]))
    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while self.end is None:
            step = min(until, max(self.now, self.expiry.deadline()))
            if self.phase is RunPhase.SCRIPT and not self.waiting:
                self.worked += step - self.now
            self.now = step
            self.hear()
            if step >= until:
                return

    @precondition(lambda self: self.end is None)
    @rule()
    def use(self) -> None:
        self.active_at = self.now
        self.expiry.used(self.now)
        self.hear()
        assert not self.warned, "used, and still warned"

    @precondition(lambda self: self.end is None)
    @rule(waiting=st.booleans())
    def wait_for_input(self, waiting: bool) -> None:
        self.waiting = waiting
        if waiting and self.phase is RunPhase.PROMPT:
            self.pressed_at = None
        self.expiry.waiting(self.now, waiting=waiting)
        self.hear()

    @precondition(lambda self: self.end is None and self.phase is RunPhase.SCRIPT)
    @rule()
    def end_script(self) -> None:
        self.phase, self.active_at, self.pressed_at = RunPhase.PROMPT, self.now, None
        self.expiry.script_ended(self.now)
        self.hear()

    @precondition(lambda self: self.end is None)
    @rule(here=st.booleans())
    def come_or_go(self, here: bool) -> None:
        if here == (self.gone_at is None):
            return
        self.gone_at = None if here else self.now
        self.expiry.present(self.now, present=here)
        self.hear()

    @precondition(lambda self: self.end is None)
    @rule()
    def press(self) -> None:
        at_prompt = self.phase is RunPhase.PROMPT and self.waiting
        assert self.expiry.pressed(self.now) == (self.pressed_at is not None)
        if not at_prompt:
            self.pressed_at = self.now
        self.hear()

    @invariant()
    def not_late(self) -> None:
        if self.end is not None:
            return
        if self.phase is RunPhase.PROMPT or self.waiting:
            idle = self.now - self.active_at
            assert idle < PATIENCE.idle
            assert self.warned == (idle >= PATIENCE.idle - PATIENCE.warning)
        assert self.gone_at is None or self.now - self.gone_at < PATIENCE.orphan
        assert self.pressed_at is None or self.now - self.pressed_at < PATIENCE.interrupt
        assert self.worked < LIMITS.wall_seconds + 1e-6
