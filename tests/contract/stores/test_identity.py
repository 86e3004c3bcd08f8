"""Signing in, links, passwords and revocation, on both databases."""

from datetime import timedelta

import anyio
import pytest

from pythonide.domain.errors import BadRequestError, DomainError, NotFoundError, NotSignedInError, RateLimitedError
from pythonide.features.identity.model import LinkPurpose, SignedIn, Visitor
from tests.fakes.school import School

HERE = Visitor("192.0.2.1", "Browser")
PASSWORD = "correct horse battery"
HOUR = timedelta(hours=1)


async def with_password(school: School, name: str = "ada") -> SignedIn:
    user = await school.person(name)
    link = await school.identity.issue_link(user.id, LinkPurpose.SET_PASSWORD, HOUR)
    return await school.identity.set_password_by_link(link, PASSWORD, HERE)


async def test_sign_in_by_password_whatever_the_case_of_the_name(school: School) -> None:
    await with_password(school)
    signed_in = await school.identity.sign_in(" ADA ", PASSWORD, HERE)
    assert (await school.identity.current(signed_in.token)).user.login_name == "ada"


async def test_a_wrong_name_and_a_wrong_password_are_answered_alike(school: School) -> None:
    await with_password(school)
    answers: set[str] = set()
    for name in ("ada", "nobody"):
        with pytest.raises(NotSignedInError) as refused:
            await school.identity.sign_in(name, "wrong password", HERE)
        answers.add(refused.value.message)
    assert len(answers) == 1


async def test_tries_made_at_once_never_exceed_the_limit(school: School) -> None:
    await with_password(school)
    answers: list[type[DomainError]] = []

    async def guess(number: int) -> None:
        try:
            await school.identity.sign_in("ada", f"wrong {number}", HERE)
        except DomainError as refused:
            answers.append(type(refused))

    async with anyio.create_task_group() as group:
        for number in range(40):
            group.start_soon(guess, number)
    assert answers.count(NotSignedInError) == 5
    assert answers.count(RateLimitedError) == 35


async def test_a_flood_from_elsewhere_does_not_lock_out_a_familiar_address(school: School) -> None:
    await with_password(school)
    await school.identity.sign_in("ada", PASSWORD, HERE)
    refused = 0
    for number in range(110):
        try:
            await school.identity.sign_in("ada", "wrong password", Visitor(f"198.51.100.{number}"))
        except RateLimitedError:
            refused += 1
        except NotSignedInError:
            continue
    assert refused > 0
    assert (await school.identity.sign_in("ada", PASSWORD, HERE)).token


async def test_of_many_uses_of_a_link_at_once_one_wins(school: School) -> None:
    user = await school.person("ada")
    link = await school.identity.issue_link(user.id, LinkPurpose.SIGN_IN, HOUR)
    assert (await school.identity.look_at_link(link, HERE)).display_name == "Ada"
    won: list[SignedIn] = []

    async def use() -> None:
        try:
            won.append(await school.identity.sign_in_by_link(link, HERE))
        except NotFoundError:
            return

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(use)
    assert len(won) == 1
    with pytest.raises(NotFoundError):
        await school.identity.look_at_link(link, HERE)


async def test_a_link_ends_with_its_time_and_with_a_newer_one_and_serves_one_purpose(school: School) -> None:
    user = await school.person("ada")
    older = await school.identity.issue_link(user.id, LinkPurpose.SIGN_IN, HOUR)
    link = await school.identity.issue_link(user.id, LinkPurpose.SIGN_IN, HOUR)
    with pytest.raises(NotFoundError):
        await school.identity.sign_in_by_link(older, HERE)
    with pytest.raises(NotFoundError):
        await school.identity.set_password_by_link(link, PASSWORD, HERE)
    school.clock.time += 3601
    with pytest.raises(NotFoundError):
        await school.identity.sign_in_by_link(link, HERE)


async def test_signing_in_again_replaces_the_browsers_login(school: School) -> None:
    first = await with_password(school)
    second = await school.identity.sign_in("ada", PASSWORD, Visitor("192.0.2.1", "Browser", first.token))
    assert second.token != first.token
    assert first.login.id in school.heard.logins
    with pytest.raises(NotSignedInError):
        await school.identity.current(first.token)


async def test_a_new_password_ends_all_other_logins(school: School) -> None:
    first = await with_password(school)
    other = await school.identity.sign_in("ada", PASSWORD, HERE)
    with pytest.raises(BadRequestError):
        await school.identity.change_password(other.login, "not the password", "another long one", HERE)
    await school.identity.change_password(other.login, PASSWORD, "another long one", HERE)
    assert {first.login.id, other.login.id} <= set(school.heard.logins)
    assert await school.identity.still_valid([first.login.id, other.login.id]) == frozenset()


async def test_suspension_and_sign_out_end_logins_at_once(school: School) -> None:
    one = await with_password(school)
    await school.identity.sign_out(one.token)
    assert school.heard.logins == [one.login.id]
    two = await school.identity.sign_in("ada", PASSWORD, HERE)
    await school.identity.set_active(two.login.user.id, active=False)
    assert school.heard.logins == [one.login.id, two.login.id]
    with pytest.raises(NotSignedInError):
        await school.identity.sign_in("ada", PASSWORD, HERE)


async def test_logins_end_when_idle_and_in_any_case_after_their_time(school: School) -> None:
    idle = await with_password(school)
    school.clock.time += 12 * 3600
    with pytest.raises(NotSignedInError):
        await school.identity.current(idle.token)
    used = await school.identity.sign_in("ada", PASSWORD, HERE)
    for _ in range(14):
        school.clock.time += 11 * 3600
        await school.identity.current(used.token)
    school.clock.time += 15 * 3600
    with pytest.raises(NotSignedInError):
        await school.identity.current(used.token)
    assert await school.identity.sweep() > 0


@pytest.mark.parametrize("bad", ["short", "aaaaaaaaaaaa", "password123", "ada-ada-ada", "x" * 300])
async def test_easy_passwords_are_refused_and_leave_the_link_unused(school: School, bad: str) -> None:
    user = await school.person("ada")
    link = await school.identity.issue_link(user.id, LinkPurpose.SET_PASSWORD, HOUR)
    with pytest.raises(BadRequestError):
        await school.identity.set_password_by_link(link, bad, HERE)
    assert (await school.identity.look_at_link(link, HERE)).purpose is LinkPurpose.SET_PASSWORD


async def test_the_administrator_gets_links_until_a_password_is_set(school: School) -> None:
    assert await school.identity.ensure_administrator() is not None
    link = await school.identity.ensure_administrator()
    assert link is not None
    await school.identity.set_password_by_link(link, PASSWORD, HERE)
    assert await school.identity.ensure_administrator() is None
