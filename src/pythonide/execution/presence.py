"""Who has a page open: leases by client, so that a web node that dies takes nobody's presence along for ever."""

from pythonide.domain.ids import ClientId, UserId

LEASE = 60.0
"""Seconds; web nodes renew every third of it."""


class Presence:
    """The open pages of each person."""

    def __init__(self) -> None:
        self._until: dict[UserId, dict[ClientId, float]] = {}

    def __contains__(self, user: UserId) -> bool:
        return user in self._until

    def came(self, user: UserId, client: ClientId, now: float) -> bool:
        """Note a page, new or known; tell whether it is the person's first one."""
        first = user not in self._until
        self._until.setdefault(user, {})[client] = now + LEASE
        return first

    def left(self, user: UserId, client: ClientId) -> bool:
        """Forget a page; tell whether it was the person's last one."""
        clients = self._until.get(user, {})
        known = clients.pop(client, None) is not None
        if known and not clients:
            del self._until[user]
        return known and not clients

    def lapsed(self, now: float) -> list[UserId]:
        """Forget pages that nobody renewed; return the people who have none left."""
        gone: list[UserId] = []
        for user, clients in list(self._until.items()):
            late = [client for client, until in clients.items() if until <= now]
            if any(self.left(user, client) for client in late):
                gone.append(user)
        return gone
