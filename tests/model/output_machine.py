"""The output log and its readers against plain bytes."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pythonide.execution.frames import FrameKind
from pythonide.execution.output_log import OutputLog

CAPACITY, BLOCK = 64, 16


class OutputMachine(RuleBasedStateMachine):
    """Append, read, fall behind, come back: every byte is there, or a gap that names exactly what is missing."""

    def __init__(self) -> None:
        super().__init__()
        self.log = OutputLog(CAPACITY, BLOCK)
        self.truth = b""
        self.positions = [0, 0, 0]

    @rule(data=st.binary(max_size=100))
    def append(self, data: bytes) -> None:
        self.log.append(data)
        self.truth += data

    @rule(data=st.binary(min_size=1, max_size=5))
    def trickle(self, data: bytes) -> None:
        self.append(data)

    @rule(reader=st.integers(0, 2), budget=st.integers(1, 40))
    def read(self, reader: int, budget: int) -> None:
        position = self.positions[reader]
        frame = self.log.frame(position, budget)
        if frame is None:
            assert position == len(self.truth)
            return
        assert frame.start == position
        if frame.kind is FrameKind.GAP:
            assert frame.end > position
            assert position < len(self.truth) - CAPACITY, "a byte that should still be kept is missing"
        else:
            assert 0 < len(frame.payload) <= budget
            assert frame.payload == self.truth[position : frame.end]
        self.positions[reader] = frame.end

    @rule(reader=st.integers(0, 2), back=st.integers(0, 200))
    def come_back(self, reader: int, back: int) -> None:
        self.positions[reader] = max(0, self.positions[reader] - back)

    @invariant()
    def bounded_and_complete(self) -> None:
        log = self.log
        assert log.end == len(self.truth)
        assert log.end - log.start <= CAPACITY + BLOCK
        assert log.start == 0 or log.end - log.start >= CAPACITY
        assert log.read(log.start, 10 * CAPACITY) == self.truth[log.start :]

    def teardown(self) -> None:
        self.log.close()
        for position in self.positions:
            while (frame := self.log.frame(position, 7)) is not None and frame.kind is not FrameKind.END:
                assert frame.end > position
                position = frame.end
            assert frame is not None
            assert frame.start == len(self.truth), "the end comes after the last byte and says where that is"
