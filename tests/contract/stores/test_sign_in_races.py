"""A password that is changed while the old one is being verified: the old one opens nothing any more. On both databases."""

from datetime import timedelta

import anyio
import pytest

from pythonide.adapters.passwords import Argon2Passwords
from pythonide.adapters.rate_limits import MemoryThrottle
from pythonide.domain.errors import NotSignedInError
from pythonide.features.identity.access import SignInGuard
from pythonide.features.identity.model import RATE_RULES, LinkPurpose, SignedIn, Visitor
from pythonide.features.identity.service import Identity
from tests.fakes.school import School

HERE = Visitor("192.0.2.1", "Browser")
THERE = Visitor("192.0.2.2", "Another browser")
OLD, NEW, OTHER = "correct horse battery", "staple of the moon", "yet another secret"


class SlowPasswords(Argon2Passwords):
    """Holds verifications back, once they know their verdict, until the test lets them go."""

    def __init__(self) -> None:
        super().__init__()
        self.verified = anyio.Event()
        self.go_on = anyio.Event()

    async def verify(self, stored: str | None, password: str) -> bool:
        matches = await super().verify(stored, password)
        self.verified.set()
        await self.go_on.wait()
        return matches


def slow_identity(school: School) -> tuple[Identity, SlowPasswords]:
    passwords = SlowPasswords()
    guard = SignInGuard(MemoryThrottle(RATE_RULES, school.clock))
    return Identity(school.transactions, passwords, guard, school.clock, school.heard), passwords


async def ada(school: School) -> SignedIn:
    user = await school.person("ada")
    link = await school.identity.issue_link(user.id, LinkPurpose.SET_PASSWORD, timedelta(hours=1))
    return await school.identity.set_password_by_link(link, OLD, HERE)


async def test_a_sign_in_with_the_old_password_does_not_outlive_its_change(school: School) -> None:
    present = await ada(school)
    identity, passwords = slow_identity(school)
    refused: list[NotSignedInError] = []

    async def sign_in() -> None:
        try:
            await identity.sign_in("ada", OLD, THERE)
        except NotSignedInError as error:
            refused.append(error)

    async with anyio.create_task_group() as group:
        group.start_soon(sign_in)
        await passwords.verified.wait()
        changed = await school.identity.change_password(present.login, OLD, NEW, HERE)
        passwords.go_on.set()
        assert (await school.identity.current(changed.token)).user.login_name == "ada"
    assert len(refused) == 1


async def test_of_two_changes_at_once_the_later_one_is_refused(school: School) -> None:
    present = await ada(school)
    identity, passwords = slow_identity(school)

    async def change() -> None:
        with pytest.raises(NotSignedInError):
            await identity.change_password(present.login, OLD, OTHER, THERE)

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            group.start_soon(change)
            await passwords.verified.wait()
            await school.identity.change_password(present.login, OLD, NEW, HERE)
            passwords.go_on.set()
    assert (await school.identity.sign_in("ada", NEW, HERE)).token


async def test_a_login_that_was_ended_changes_no_password(school: School) -> None:
    present = await ada(school)
    await school.identity.sign_out(present.token)
    with pytest.raises(NotSignedInError):
        await school.identity.change_password(present.login, OLD, NEW, HERE)
