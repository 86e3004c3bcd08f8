"""What the launcher listens to: a descriptor and the work to do when it has news.

One round of waiting may bring news for many descriptors, and the first piece of work may close the others: each is
looked up again before it is worked on, and only the very registration that had news counts, because a number that was
closed may already belong to something else.
"""

import os
import selectors
from collections.abc import Callable

Work = Callable[[], None]


class Watches:
    """The launcher's only selector. Whoever watches a descriptor drops it here before it is closed."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def add(self, fd: int, work: Work) -> None:
        """Do `work` whenever `fd` can be read or has ended. It must not raise: what belongs to one run stays there."""
        self._selector.register(fd, selectors.EVENT_READ, work)

    def drop(self, fd: int) -> None:
        """Forget `fd`; nothing happens if it is not watched."""
        if fd in self._selector.get_map():
            self._selector.unregister(fd)

    def close(self, fd: int | None) -> None:
        """Forget `fd` and close it; `None` is a descriptor that was closed before."""
        if fd is not None:
            self.drop(fd)
            os.close(fd)

    def wait(self, seconds: float | None) -> None:
        """Wait for news, at most so long, and do all the work that is still wanted."""
        for key, _ in self._selector.select(seconds):
            if self._selector.get_map().get(key.fd) is key:
                work: Work = key.data
                work()
