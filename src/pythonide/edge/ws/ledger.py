"""Commands that were sent before: a resent one is answered, not repeated."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio
from anyio.abc import TaskGroup

from pythonide.domain.errors import BadRequestError
from pythonide.domain.ids import ClientId, UserId
from pythonide.edge.errors import record_incident

Owner = tuple[UserId, ClientId]
MAX_OWNERS = 2000
MAX_PAGES = 48
"""Pages of one person that are remembered: nobody pushes out what others may still send again."""
MAX_ENTRIES = 64
MAX_KEPT_REPLY = 2 * 1024
"""Longer replies are made anew: only refusals that show a text are that long, and refusing again changes nothing."""


@dataclass
class _Entry:
    fingerprint: bytes
    done: anyio.Event = field(default_factory=anyio.Event)
    reply: bytes | None = None


class Ledger:
    """Remembers the last replies per (user, client), bound to the hash of the command.

    Acts run in the server's own task group: a socket that breaks does not cut one in half, and the resent command gets its result.
    """

    def __init__(self, tasks: TaskGroup) -> None:
        self._tasks = tasks
        self._owners: OrderedDict[Owner, OrderedDict[str, _Entry]] = OrderedDict()

    async def once(
        self, owner: Owner, request_id: str, fingerprint: bytes, act: Callable[[], Awaitable[bytes]]
    ) -> bytes | None:
        """Return the reply of `act`, which runs at most once per request id; `None` if it is not kept any more.

        Raises `BadRequestError` if the id was used for another command.
        """
        entries = self._entries(owner)
        entry = entries.get(request_id)
        if entry is None:
            entry = _Entry(fingerprint)
            entries[request_id] = entry
            self._trim(entries)
            self._tasks.start_soon(self._run, entries, request_id, entry, act)
        elif entry.fingerprint != fingerprint:
            raise BadRequestError("This requestId was used for another command.")
        await entry.done.wait()
        return entry.reply

    async def _run(
        self, entries: OrderedDict[str, _Entry], request_id: str, entry: _Entry, act: Callable[[], Awaitable[bytes]]
    ) -> None:
        try:
            entry.reply = await act()
        except Exception as error:  # noqa: BLE001  # what runs in the server's own task group must not end the server
            record_incident(error, request_id=request_id)
        finally:
            entry.done.set()
            if entry.reply is None or len(entry.reply) > MAX_KEPT_REPLY:
                entries.pop(request_id, None)

    def _entries(self, owner: Owner) -> OrderedDict[str, _Entry]:
        entries = self._owners.setdefault(owner, OrderedDict())
        self._owners.move_to_end(owner)
        own = [other for other in self._owners if other[0] == owner[0]]
        for other in own[: max(0, len(own) - MAX_PAGES)]:
            del self._owners[other]
        while len(self._owners) > MAX_OWNERS:
            self._owners.popitem(last=False)
        return entries

    @staticmethod
    def _trim(entries: OrderedDict[str, _Entry]) -> None:
        done = [request_id for request_id, entry in entries.items() if entry.done.is_set()]
        for request_id in done[: max(0, len(entries) - MAX_ENTRIES)]:
            del entries[request_id]
