"""People and how they sign in: pure rules."""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Protocol

from pythonide.domain.errors import BadRequestError
from pythonide.domain.ids import UserId

LoginId = NewType("LoginId", str)

TOKEN_BYTES = 32
"""256 bits, for sign-in tokens and one-time links alike."""
MIN_PASSWORD = 10
MAX_PASSWORD = 256
MAX_NAME = 100
COMMONEST = frozenset(
    (
        "1234567890 0123456789 0987654321 12345678910 123456789a 1234567891 1q2w3e4r5t 1qaz2wsx3edc q1w2e3r4t5 "
        "qwertyuiop qwerty12345 qwerty123456 qwertzuiop asdfghjkl1 asdfghjklö password12 password123 password1234 "
        "passwort123 passwort1234 p@ssword123 administrator admin12345 iloveyou12 iloveyou123 sunshine123 princess123 "
        "football123 baseball123 welcome123 letmein123 dragon12345 monkey12345 abcdefghij abc1234567 changeme123 "
        "python12345 pythonpython programming hello12345 helloworld helloworld1 schule1234 student123 student1234 teacher123"
    ).split()
)


class SiteRole(StrEnum):
    """What someone is on the whole site; courses have roles of their own."""

    ADMIN = "admin"
    MEMBER = "member"


class LinkPurpose(StrEnum):
    """What a one-time link is good for."""

    SIGN_IN = "sign_in"
    SET_PASSWORD = "set_password"  # noqa: S105 - a word of the wire, no password


@dataclass(frozen=True)
class User:
    """A person."""

    id: UserId
    login_name: str
    display_name: str
    site_role: SiteRole
    active: bool
    has_password: bool


@dataclass(frozen=True)
class Login:
    """A signed-in browser."""

    id: LoginId
    user: User
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class SignedIn:
    """A fresh login; `token` goes into the cookie and is kept nowhere else."""

    token: str
    login: Login


@dataclass(frozen=True)
class Visitor:
    """Where a sign-in comes from: address, browser, and the token of the login that it replaces."""

    address: str
    user_agent: str = ""
    token: str | None = None


@dataclass(frozen=True)
class LinkOffer:
    """What the confirmation page of a one-time link says before it is used."""

    purpose: LinkPurpose
    login_name: str
    display_name: str
    expires_at: datetime


@dataclass(frozen=True)
class IdentityPolicy:
    """How long logins live, and how often their use is written down."""

    idle: timedelta = timedelta(hours=12)
    absolute: timedelta = timedelta(days=7)
    seen_every: timedelta = timedelta(minutes=1)
    only: str | None = None
    """The sign-in name of the one person who may sign in here; `None`: everybody may."""


RATE_RULES = {
    "sign_in.pair": "5/10 seconds; 10/2 minutes; 30/30 minutes",
    "sign_in.user": "100/15 minutes",
    "sign_in.address": "600/1 minute",
    "link.address": "300/1 minute",
}
"""Tries per window. Per user and address the waits grow; per user alone only strangers' addresses count; a whole school may share an address."""


class Revocations(Protocol):
    """Hears at once, on the same loop, which logins ended, so that their sockets can be closed."""

    def ended(self, logins: frozenset[LoginId]) -> None: ...


def new_token() -> str:
    """Return a fresh secret for a cookie or a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return what the database keeps of a token; a fast hash suffices for 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def fold_name(name: str) -> str:
    """Return the form of a login name that is compared: case and composition do not matter."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())


def check_login_name(name: str) -> str:
    """Return the folded name, or raise `BadRequestError`."""
    folded = fold_name(name)
    if not 1 <= len(folded) <= MAX_NAME or not all(c.isalnum() or c in "._-@+" for c in folded):
        raise BadRequestError("A sign-in name has letters, digits and . _ - @ + only.", limit=MAX_NAME)
    return folded


def check_password(password: str, login_name: str, display_name: str) -> None:
    """Raise `BadRequestError` saying why this password is too easy to guess."""
    folded = password.casefold()
    if len(password) < MIN_PASSWORD:
        raise BadRequestError(f"A password has at least {MIN_PASSWORD} characters.", limit=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        raise BadRequestError(f"A password has at most {MAX_PASSWORD} characters.", limit=MAX_PASSWORD)
    if folded in COMMONEST or len(set(folded)) < 4:
        raise BadRequestError("This password is among the first that anyone would guess.")
    names = [fold_name(login_name), fold_name(display_name), fold_name(display_name).replace(" ", "")]
    if any(len(name) >= 3 and len(folded.replace(name, "")) < 5 for name in names):
        raise BadRequestError("A password must not be made of the name.")
