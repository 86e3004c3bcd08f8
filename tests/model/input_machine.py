"""Typing of several pages into one program, with frames sent again, against plain bytes."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pythonide.domain.ids import ClientId
from pythonide.execution.input_buffer import InputBuffer, OutOfOrderError

CAPACITY = 50


class InputMachine(RuleBasedStateMachine):
    """What the program gets is what was accepted, in order, each byte once."""

    def __init__(self) -> None:
        super().__init__()
        self.buffer = InputBuffer(CAPACITY)
        self.typed: dict[str, bytes] = {"ada": b"", "phone": b""}
        self.accepted = b""
        self.read = 0

    @rule(client=st.sampled_from(["ada", "phone"]), data=st.binary(max_size=30), back=st.integers(0, 40))
    def type(self, client: str, data: bytes, back: int) -> None:
        known = self.typed[client]
        offset = max(0, len(known) - back)
        frame = known[offset:] + data
        taken = self.buffer.add(ClientId(client), offset, frame)
        fresh = frame[len(known) - offset : taken - offset]
        assert offset + len(frame) >= taken >= len(known)
        self.typed[client] = known + fresh
        self.accepted += fresh

    @rule(client=st.sampled_from(["ada", "phone"]), hole=st.integers(1, 9))
    def skip(self, client: str, hole: int) -> None:
        with pytest.raises(OutOfOrderError) as refused:
            self.buffer.add(ClientId(client), len(self.typed[client]) + hole, b"x")
        assert refused.value.details["expected"] == len(self.typed[client])

    @rule(limit=st.integers(1, 60))
    def take(self, limit: int) -> None:
        if not len(self.buffer):
            return
        try:
            self.buffer.take(limit).send(None)
        except StopIteration as taken:
            data: bytes = taken.value
            assert data == self.accepted[self.read : self.read + limit]
            self.read += len(data)

    @invariant()
    def bounded(self) -> None:
        assert len(self.buffer) == len(self.accepted) - self.read <= CAPACITY
