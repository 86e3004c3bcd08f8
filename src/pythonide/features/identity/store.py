"""The SQL of people, logins and one-time links."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, delete, exists, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from pythonide.domain.ids import UserId
from pythonide.features.identity.model import LinkPurpose, Login, LoginId, SiteRole, User
from pythonide.persistence.tables import LoginRow, OneTimeLinkRow, UserRow

_USER = (
    UserRow.id,
    UserRow.login_name,
    UserRow.display_name,
    UserRow.site_role,
    UserRow.active,
    UserRow.password_hash.is_not(None),
)


def _user(row: Row[str, str, str, str, bool, bool]) -> User:
    user, login_name, display_name, site_role, active, has_password = row
    return User(UserId(user), login_name, display_name, SiteRole(site_role), active, has_password)


def _users() -> Select[str, str, str, str, bool, bool]:
    return select(*_USER)


class IdentityStore:
    """People and logins, on a connection that belongs to a unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def any_administrator(self) -> bool:
        """Tell whether an administrator can sign in by password."""
        ready = (UserRow.site_role == SiteRole.ADMIN) & UserRow.password_hash.is_not(None)
        return bool(await self._connection.scalar(select(exists(select(UserRow.id).where(ready)))))

    async def add_user(self, user: User, at: datetime) -> None:
        await self._connection.execute(
            insert(UserRow).values(
                id=user.id,
                login_name=user.login_name,
                display_name=user.display_name,
                password_hash=None,
                site_role=user.site_role,
                active=user.active,
                created_at=at,
            )
        )

    async def user(self, user: UserId) -> User | None:
        row = (await self._connection.execute(_users().where(UserRow.id == user))).one_or_none()
        return _user(row) if row else None

    async def user_named(self, login_name: str) -> User | None:
        row = (await self._connection.execute(_users().where(UserRow.login_name == login_name))).one_or_none()
        return _user(row) if row else None

    async def password_hash(self, user: UserId, *, hold: bool = False) -> str | None:
        """Return it; with `hold`, nobody changes this person before the unit of work is over (SQLite has one writer anyway)."""
        found = select(UserRow.password_hash).where(UserRow.id == user)
        return await self._connection.scalar(found.with_for_update() if hold else found)

    async def set_password(self, user: UserId, password_hash: str) -> None:
        await self._connection.execute(update(UserRow).where(UserRow.id == user).values(password_hash=password_hash))

    async def set_active(self, user: UserId, *, active: bool) -> None:
        await self._connection.execute(update(UserRow).where(UserRow.id == user).values(active=active))

    async def add_login(self, login: Login, token_hash: str, user_agent: str) -> None:
        await self._connection.execute(
            insert(LoginRow).values(
                id=login.id,
                token_hash=token_hash,
                user_id=login.user.id,
                created_at=login.created_at,
                seen_at=login.created_at,
                expires_at=login.expires_at,
                user_agent=user_agent,
            )
        )

    async def login(self, token_hash: str) -> tuple[Login, datetime] | None:
        """Return the login and when it was last seen; whether it still counts is the service's decision."""
        found = select(LoginRow.id, LoginRow.user_id, LoginRow.created_at, LoginRow.seen_at, LoginRow.expires_at)
        row = (await self._connection.execute(found.where(LoginRow.token_hash == token_hash))).one_or_none()
        if row is None:
            return None
        login, user_id, created_at, seen_at, expires_at = row
        user = await self.user(UserId(user_id))
        return (Login(LoginId(login), user, created_at, expires_at), seen_at) if user else None

    async def holds(self, login: LoginId) -> bool:
        """Tell whether the login was not ended."""
        return bool(await self._connection.scalar(select(exists(select(LoginRow.id).where(LoginRow.id == login)))))

    async def seen(self, login: LoginId, at: datetime) -> None:
        await self._connection.execute(update(LoginRow).where(LoginRow.id == login).values(seen_at=at))

    async def alive(self, logins: Iterable[LoginId], now: datetime, idle_since: datetime) -> frozenset[LoginId]:
        """Return those of the logins that still count."""
        rows = await self._connection.scalars(
            select(LoginRow.id)
            .join(UserRow, UserRow.id == LoginRow.user_id)
            .where(LoginRow.id.in_(list(logins)), UserRow.active)
            .where(LoginRow.expires_at > now, LoginRow.seen_at > idle_since)
        )
        return frozenset(LoginId(login) for login in rows)

    async def end_logins(self, *, of_user: UserId | None = None, token_hash: str | None = None) -> frozenset[LoginId]:
        """Delete a user's logins, or the one with this token; return which there were."""
        which = LoginRow.user_id == of_user if of_user is not None else LoginRow.token_hash == token_hash
        rows = await self._connection.scalars(delete(LoginRow).where(which).returning(LoginRow.id))
        return frozenset(LoginId(login) for login in rows)

    async def sweep(self, now: datetime, idle_since: datetime) -> int:
        """Delete logins and links whose time is over; return how many."""
        over = (LoginRow.expires_at <= now) | (LoginRow.seen_at <= idle_since)
        logins = await self._connection.execute(delete(LoginRow).where(over))
        links = await self._connection.execute(delete(OneTimeLinkRow).where(OneTimeLinkRow.expires_at <= now))
        return logins.rowcount + links.rowcount

    async def add_link(
        self, token_hash: str, purpose: LinkPurpose, user: UserId, created_at: datetime, expires_at: datetime
    ) -> None:
        await self._connection.execute(
            insert(OneTimeLinkRow).values(
                token_hash=token_hash, purpose=purpose, user_id=user, created_at=created_at, expires_at=expires_at
            )
        )

    async def link(self, token_hash: str, now: datetime) -> tuple[LinkPurpose, UserId, datetime] | None:
        """Return purpose, user and expiry of a link that can still be used."""
        found = select(OneTimeLinkRow.purpose, OneTimeLinkRow.user_id, OneTimeLinkRow.expires_at).where(
            OneTimeLinkRow.token_hash == token_hash,
            OneTimeLinkRow.used_at.is_(None),
            OneTimeLinkRow.expires_at > now,
        )
        row = (await self._connection.execute(found)).one_or_none()
        if row is None:
            return None
        purpose, user, expires_at = row
        return LinkPurpose(purpose), UserId(user), expires_at

    async def use_link(self, token_hash: str, purpose: LinkPurpose, now: datetime) -> UserId | None:
        """Mark the link as used and return whose it is; of two attempts at once only one gets it."""
        user = await self._connection.scalar(
            update(OneTimeLinkRow)
            .where(OneTimeLinkRow.token_hash == token_hash, OneTimeLinkRow.purpose == purpose)
            .where(OneTimeLinkRow.used_at.is_(None), OneTimeLinkRow.expires_at > now)
            .values(used_at=now)
            .returning(OneTimeLinkRow.user_id)
        )
        return UserId(user) if user else None

    async def drop_links(self, user: UserId, purpose: LinkPurpose) -> None:
        """Delete a user's unused links of one purpose: a newer one takes their place."""
        await self._connection.execute(
            delete(OneTimeLinkRow).where(OneTimeLinkRow.user_id == user, OneTimeLinkRow.purpose == purpose)
        )
