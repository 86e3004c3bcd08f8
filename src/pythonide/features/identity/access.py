"""Who may try to sign in, and how soon again."""

from pythonide.domain.errors import RateLimitedError
from pythonide.ports import Throttle

FAMILIAR_KEPT = 10_000


class SignInGuard:
    """Slows guessing down without locking anybody out: a flood from elsewhere never stops someone at a familiar address."""

    def __init__(self, throttle: Throttle) -> None:
        self._throttle = throttle
        self._familiar: dict[tuple[str, str], None] = {}

    def admit(self, login_name: str, address: str) -> None:
        """Count a try, or raise `RateLimitedError`. No await in here: tries made at once are counted one by one."""
        self._ask("sign_in.address", address)
        self._ask("sign_in.pair", login_name, address)
        if (login_name, address) not in self._familiar:
            self._ask("sign_in.user", login_name)

    def succeeded(self, login_name: str, address: str) -> None:
        """Remember that this person signs in from here."""
        self._throttle.forget("sign_in.pair", login_name, address)
        self._familiar.pop((login_name, address), None)
        self._familiar[login_name, address] = None
        if len(self._familiar) > FAMILIAR_KEPT:
            del self._familiar[next(iter(self._familiar))]

    def admit_link(self, address: str) -> None:
        """Count the opening or use of a one-time link, or raise `RateLimitedError`."""
        self._ask("link.address", address)

    def _ask(self, rule: str, *key: str) -> None:
        wait = self._throttle.admit(rule, *key)
        if wait > 0:
            raise RateLimitedError("Too many tries. Please wait a little.", retry_after=wait)
