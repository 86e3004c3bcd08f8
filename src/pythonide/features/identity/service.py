"""Signing in and out, one-time links, passwords."""

from collections.abc import Iterable
from datetime import timedelta

from pythonide.domain.errors import AlreadyExistsError, BadRequestError, NotFoundError, NotSignedInError
from pythonide.domain.ids import UserId, new_id
from pythonide.features.identity.access import SignInGuard
from pythonide.features.identity.model import (
    IdentityPolicy,
    LinkOffer,
    LinkPurpose,
    Login,
    LoginId,
    Revocations,
    SignedIn,
    SiteRole,
    User,
    Visitor,
    check_login_name,
    check_password,
    fold_name,
    new_token,
    token_hash,
)
from pythonide.features.identity.store import IdentityStore
from pythonide.persistence.transaction import Transaction, Transactions
from pythonide.ports import Clock, Passwords

ADMINISTRATOR = "admin"
DEFAULT_POLICY = IdentityPolicy()
ADMINISTRATOR_LINK = timedelta(hours=24)
USER_AGENT_KEPT = 200
WRONG = "The name or the password is wrong."
SPENT = "This link was used already, or its time is over. Ask for a new one."


class Identity:
    """The use cases of signing in; every refusal tells as little as possible."""

    def __init__(
        self,
        transactions: Transactions,
        passwords: Passwords,
        guard: SignInGuard,
        clock: Clock,
        revocations: Revocations,
        *,
        policy: IdentityPolicy = DEFAULT_POLICY,
    ) -> None:
        self._transactions = transactions
        self._passwords = passwords
        self._guard = guard
        self._clock = clock
        self._revocations = revocations
        self._policy = policy

    async def add_user(self, login_name: str, display_name: str, site_role: SiteRole = SiteRole.MEMBER) -> User:
        """Make a person without a password; raises `AlreadyExistsError`."""
        name = check_login_name(login_name)
        user = User(UserId(new_id()), name, display_name.strip() or name, site_role, active=True, has_password=False)
        async with self._transactions.begin() as transaction:
            store = IdentityStore(transaction.connection)
            if await store.user_named(name):
                raise AlreadyExistsError("There is already someone with this sign-in name.")
            await store.add_user(user, self._clock.now())
            await transaction.audit(self._clock.now(), None, "user.add", user.id, name=name)
        return user

    async def user(self, user: UserId) -> User:
        """Return a person, or raise `NotFoundError`."""
        async with self._transactions.read() as connection:
            found = await IdentityStore(connection).user(user)
        if found is None:
            raise NotFoundError("There is no such person.")
        return found

    async def user_named(self, login_name: str) -> User | None:
        """Return who signs in with this name, if anybody does."""
        async with self._transactions.read() as connection:
            return await IdentityStore(connection).user_named(fold_name(login_name))

    async def sign_in(self, login_name: str, password: str, visitor: Visitor) -> SignedIn:
        """Sign in by password; raises `NotSignedInError` (for whatever is wrong) or `RateLimitedError`."""
        name = fold_name(login_name)[:USER_AGENT_KEPT]
        self._guard.admit(name, visitor.address)
        async with self._transactions.read() as connection:
            user = await IdentityStore(connection).user_named(name)
            stored = await IdentityStore(connection).password_hash(user.id) if user and user.active else None
        if not await self._passwords.verify(stored, password) or user is None:
            raise NotSignedInError(WRONG)
        async with self._transactions.begin() as transaction:
            if await IdentityStore(transaction.connection).password_hash(user.id, hold=True) != stored:
                raise NotSignedInError(WRONG)  # it was changed while this one was being verified
            signed_in = await self._log_in(transaction, user.id, visitor)
        self._guard.succeeded(name, visitor.address)
        return signed_in

    async def issue_link(self, user: UserId, purpose: LinkPurpose, lifetime: timedelta) -> str:
        """Return the token of a fresh link; unused older ones of the same purpose die."""
        token = new_token()
        now = self._clock.now()
        async with self._transactions.begin() as transaction:
            store = IdentityStore(transaction.connection)
            await store.drop_links(user, purpose)
            await store.add_link(token_hash(token), purpose, user, now, now + lifetime)
            await transaction.audit(now, None, "link.issue", user, purpose=purpose)
        return token

    async def look_at_link(self, token: str, visitor: Visitor) -> LinkOffer:
        """Return what the link is for, without using it; raises `NotFoundError`."""
        self._guard.admit_link(visitor.address)
        async with self._transactions.read() as connection:
            store = IdentityStore(connection)
            link = await store.link(token_hash(token), self._clock.now())
            user = await store.user(link[1]) if link else None
        if link is None or user is None or not user.active:
            raise NotFoundError(SPENT)
        return LinkOffer(link[0], user.login_name, user.display_name, link[2])

    async def sign_in_by_link(self, token: str, visitor: Visitor) -> SignedIn:
        """Use a sign-in link, once; raises `NotFoundError`."""
        self._guard.admit_link(visitor.address)
        async with self._transactions.begin() as transaction:
            user = await self._use_link(transaction, token, LinkPurpose.SIGN_IN)
            return await self._log_in(transaction, user, visitor)

    async def set_password_by_link(self, token: str, password: str, visitor: Visitor) -> SignedIn:
        """Use a link to set a password: all other logins of the person end, and a new one begins."""
        offer = await self.look_at_link(token, visitor)
        check_password(password, offer.login_name, offer.display_name)
        password_hash = await self._passwords.hash(password)
        async with self._transactions.begin() as transaction:
            user = await self._use_link(transaction, token, LinkPurpose.SET_PASSWORD)
            await self._replace_password(transaction, user, password_hash)
            return await self._log_in(transaction, user, visitor)

    async def change_password(self, login: Login, current: str | None, password: str, visitor: Visitor) -> SignedIn:
        """Set one's own password, naming the present one if there is one; other logins end and this one is renewed."""
        user = login.user
        self._guard.admit(user.login_name, visitor.address)
        async with self._transactions.read() as connection:
            stored = await IdentityStore(connection).password_hash(user.id)
        if stored is not None and not await self._passwords.verify(stored, current or ""):
            raise BadRequestError("The present password is wrong.")
        check_password(password, user.login_name, user.display_name)
        password_hash = await self._passwords.hash(password)
        async with self._transactions.begin() as transaction:
            store = IdentityStore(transaction.connection)
            if await store.password_hash(user.id, hold=True) != stored or not await store.holds(login.id):
                raise NotSignedInError("Your password was changed, or you were signed out. Please sign in again.")
            await self._replace_password(transaction, user.id, password_hash)
            return await self._log_in(transaction, user.id, visitor)

    async def current(self, token: str) -> Login:
        """Return whose token this is, or raise `NotSignedInError`; counts as use of the login."""
        now = self._clock.now()
        async with self._transactions.read() as connection:
            found = await IdentityStore(connection).login(token_hash(token))
        if found is None:
            raise NotSignedInError("Please sign in.")
        login, seen_at = found
        self._admit(login.user)
        if not login.user.active or login.expires_at <= now or seen_at + self._policy.idle <= now:
            raise NotSignedInError("Please sign in again.")
        if now - seen_at >= self._policy.seen_every:
            async with self._transactions.begin() as transaction:
                await IdentityStore(transaction.connection).seen(login.id, now)
        return login

    async def still_valid(self, logins: Iterable[LoginId]) -> frozenset[LoginId]:
        """Return those of the logins that still count, also if another process ended them; one cheap query for all sockets."""
        now = self._clock.now()
        async with self._transactions.read() as connection:
            return await IdentityStore(connection).alive(logins, now, now - self._policy.idle)

    async def sign_out(self, token: str) -> None:
        """End the login of this token, if there is one."""
        async with self._transactions.begin() as transaction:
            self._ended(
                transaction, await IdentityStore(transaction.connection).end_logins(token_hash=token_hash(token))
            )

    async def set_active(self, user: UserId, *, active: bool) -> None:
        """Suspend a person, which ends all their logins, or let them in again."""
        async with self._transactions.begin() as transaction:
            store = IdentityStore(transaction.connection)
            await store.set_active(user, active=active)
            if not active:
                self._ended(transaction, await store.end_logins(of_user=user))
            await transaction.audit(self._clock.now(), None, "user.active", user, active=active)

    async def ensure_administrator(self) -> str | None:
        """Until an administrator has a password, return the token of a fresh link to set one; make the person if need be."""
        async with self._transactions.read() as connection:
            store = IdentityStore(connection)
            if await store.any_administrator():
                return None
            admin = await store.user_named(ADMINISTRATOR)
        user = admin or await self.add_user(ADMINISTRATOR, "Administrator", SiteRole.ADMIN)
        return await self.issue_link(user.id, LinkPurpose.SET_PASSWORD, ADMINISTRATOR_LINK)

    async def sweep(self) -> int:
        """Delete logins and links whose time is over."""
        now = self._clock.now()
        async with self._transactions.begin() as transaction:
            return await IdentityStore(transaction.connection).sweep(now, now - self._policy.idle)

    async def _use_link(self, transaction: Transaction, token: str, purpose: LinkPurpose) -> UserId:
        store = IdentityStore(transaction.connection)
        user = await store.use_link(token_hash(token), purpose, self._clock.now())
        if user is None:
            raise NotFoundError(SPENT)
        await transaction.audit(self._clock.now(), user, "link.use", user, purpose=purpose)
        return user

    async def _replace_password(self, transaction: Transaction, user: UserId, password_hash: str) -> None:
        store = IdentityStore(transaction.connection)
        await store.set_password(user, password_hash)
        self._ended(transaction, await store.end_logins(of_user=user))
        await transaction.audit(self._clock.now(), user, "password.set", user)

    async def _log_in(self, transaction: Transaction, user_id: UserId, visitor: Visitor) -> SignedIn:
        """Make a login with a token of its own; the one the browser had before ends."""
        store = IdentityStore(transaction.connection)
        user = await store.user(user_id)
        if user is None or not user.active:
            raise NotSignedInError(WRONG)
        self._admit(user)
        if visitor.token is not None:
            self._ended(transaction, await store.end_logins(token_hash=token_hash(visitor.token)))
        now = self._clock.now()
        login = Login(LoginId(new_id()), user, now, now + self._policy.absolute)
        token = new_token()
        await store.add_login(login, token_hash(token), visitor.user_agent[:USER_AGENT_KEPT])
        await transaction.audit(now, user.id, "login", user.id)
        return SignedIn(token, login)

    def _admit(self, user: User) -> None:
        if self._policy.only is not None and user.login_name != self._policy.only:
            raise NotSignedInError("This server is for the person at its machine only.")

    def _ended(self, transaction: Transaction, logins: frozenset[LoginId]) -> None:
        if logins:
            transaction.after_commit(lambda: self._revocations.ended(logins))
