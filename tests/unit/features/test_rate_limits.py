"""The limiter's memory: windows end, and so does what is kept of them."""

from time import monotonic

from pythonide.adapters.clock import SystemClock
from pythonide.adapters.rate_limits import MemoryThrottle

CLIENTS = 20_000


def test_memory_is_flat_once_the_windows_are_over() -> None:
    throttle = MemoryThrottle({"try": "5/1 second"}, SystemClock())
    for number in range(CLIENTS):
        throttle.admit("try", f"client {number}")
    give_up = monotonic() + 30
    while throttle.kept() > 10 and monotonic() < give_up:
        throttle.admit("try", "somebody who goes on")
    assert throttle.kept() <= 10
