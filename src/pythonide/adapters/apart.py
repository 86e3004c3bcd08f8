"""One piece of work in a process of its own, which ends with it: what it gives up, this process keeps."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


def apart(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Return what `work` returns there, or raise what it raises; all of it must be such that it can be pickled."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(work, *arguments, **named).result()
