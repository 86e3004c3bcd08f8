"""Nobody fills the disk with appends, and nobody who types notices."""

import pytest

from pythonide.domain.errors import RateLimitedError
from pythonide.domain.ids import UserId
from pythonide.features.documents.allowance import BURST_BYTES, BYTES_PER_SECOND, REMEMBERED, Allowance

ADA, BOB = UserId("a" * 32), UserId("b" * 32)


def test_a_burst_is_fine_more_has_to_wait_and_others_are_not_touched() -> None:
    allowance = Allowance()
    allowance.take(ADA, BURST_BYTES, 0.0)
    with pytest.raises(RateLimitedError) as refused:
        allowance.take(ADA, BYTES_PER_SECOND * 10, 5.0)
    assert refused.value.details["retry_after"] == 6
    allowance.take(BOB, BURST_BYTES, 5.0)
    allowance.take(ADA, BYTES_PER_SECOND * 10, 10.0)


def test_typing_for_days_is_never_refused() -> None:
    allowance = Allowance()
    for second in range(100_000):
        allowance.take(ADA, 500, float(second))


def test_it_stays_small() -> None:
    allowance = Allowance()
    for number in range(REMEMBERED * 2):
        allowance.take(UserId(f"{number:032x}"), 1, float(number))
    assert len(allowance._left) == REMEMBERED
