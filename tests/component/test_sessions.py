"""Logins while pages are open: what ends them, how soon, and what is swept away."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest
from structlog.testing import capture_logs

from pythonide.edge.ws.watch import rounds
from pythonide.features.identity.model import LinkPurpose
from pythonide_client import ClosedError, SignedIn, connected, sign_in
from tests.fakes.clock import VirtualClock
from tests.fakes.site import Site, open_site

pytestmark = pytest.mark.anyio
PASSWORD, OTHER = "correct horse battery", "staple of the moon"


async def with_password(site: Site) -> SignedIn:
    token = await site.link("ada", LinkPurpose.SET_PASSWORD)
    async with site.http() as http:
        assert (await http.post("/api/password", json={"token": token, "password": PASSWORD})).status_code == 200
    return await sign_in(site.address, "ada", PASSWORD)


async def closed_with(who: SignedIn, end: Callable[[], Awaitable[None]]) -> int:
    """Open a page, call `end`, and return with which code the page is closed."""
    with anyio.fail_after(20):
        async with connected(who) as page:
            await end()
            try:
                while True:
                    await page.receive()
            except ClosedError as closed:
                return closed.code


async def test_sign_out_change_of_password_suspension_and_another_process_close_open_pages(site: Site) -> None:
    who = await with_password(site)

    async def sign_out() -> None:
        async with site.http(who) as http:
            assert (await http.post("/api/logout", headers={"content-length": "0"})).status_code == 204

    assert await closed_with(who, sign_out) == 4401

    who, elsewhere = await sign_in(site.address, "ada", PASSWORD), await sign_in(site.address, "ada", PASSWORD)

    async def change() -> None:
        async with site.http(elsewhere) as http:
            body = {"current": PASSWORD, "password": OTHER}
            assert (await http.post("/api/password", json=body)).status_code == 200

    assert await closed_with(who, change) == 4401

    who = await sign_in(site.address, "ada", OTHER)

    async def deleted_by_another_process() -> None:
        with sqlite3.connect(site.database) as database:
            database.execute("DELETE FROM logins")
        database.close()

    assert await closed_with(who, deleted_by_another_process) == 4401

    who = await sign_in(site.address, "ada", OTHER)
    user = await site.services.identity.user_named("ada")
    assert user is not None

    async def suspend() -> None:
        await site.services.identity.set_active(user.id, active=False)

    assert await closed_with(who, suspend) == 4401
    with pytest.raises(ClosedError) as closed:
        async with connected(who):
            pass
    assert closed.value.code == 4401


async def test_signing_in_gives_a_new_session_and_ends_the_one_before(site: Site) -> None:
    first = await site.enter("ada")
    planted = "pythonide=" + "p" * 43
    async with site.http() as http:
        answer = await http.post(
            "/api/login/link", json={"token": await site.link("ada")}, headers={"cookie": f"{planted}"}
        )
        assert answer.headers["set-cookie"].split(";")[0] != planted
        again = await http.post(
            "/api/login/link", json={"token": await site.link("ada")}, headers={"cookie": first.cookie}
        )
        assert again.status_code == 200
    async with site.http(first) as http:
        assert (await http.get("/api/me")).status_code == 401
    async with site.http(SignedIn(site.address, planted)) as http:
        assert (await http.get("/api/me")).status_code == 401


@dataclass
class Kept:
    """What the database keeps of sign-ins."""

    logins: set[str]
    """Names of the people."""
    links: int

    @staticmethod
    def by(site: Site) -> "Kept":
        with closing(sqlite3.connect(site.database)) as database:
            names = database.execute("SELECT login_name FROM logins JOIN users ON users.id = logins.user_id")
            links = database.execute("SELECT count(*) FROM one_time_links")
            return Kept({name for (name,) in names}, links.fetchone()[0])


async def test_logins_and_links_are_swept_every_hour_once_their_time_is_over(tmp_path: Path) -> None:
    """What must stay is looked at when the sweep that took the others has been seen: it is one transaction."""
    clock = VirtualClock()
    async with open_site(tmp_path, clock=clock) as site:

        async def swept(gone: Callable[[Kept], bool], *, by: float) -> Kept:
            await clock.advance(by)
            with anyio.fail_after(30):
                async with site.http() as http:
                    while not gone(kept := Kept.by(site)):
                        await http.get("/api/health")
                        await clock.advance(10)  # a sweep takes real time, and the next one counts from its end
            return kept

        idle, busy, lapsed = await site.enter("ada"), await site.enter("alan"), await site.enter("grace")
        await clock.advance(1800)
        await site.link("teacher")
        before = Kept.by(site)
        assert before.logins == {"ada", "alan", "grace"}

        # After an hour the three links that were used to sign in are over; the teacher's is good for half an hour more.
        after = await swept(lambda kept: kept.links < before.links, by=1800)
        assert after == Kept(before.logins, before.links - 3)
        after = await swept(lambda kept: kept.links < before.links - 3, by=3600)
        assert after == Kept(before.logins, before.links - 4)

        # A login whose last day has come goes although it is used; the others stay.
        with closing(sqlite3.connect(site.database)) as database, database:
            database.execute(
                "UPDATE logins SET expires_at = created_at WHERE user_id = (SELECT id FROM users WHERE login_name = ?)",
                ["grace"],
            )
        assert (await swept(lambda kept: "grace" not in kept.logins, by=3600)).logins == {"ada", "alan"}

        # So does one that was idle for too long.
        await clock.advance(6 * 3600)
        assert await status(site, busy) == 200
        assert (await swept(lambda kept: "ada" not in kept.logins, by=3 * 3600)).logins == {"alan"}
        assert [await status(site, who) for who in (idle, busy, lapsed)] == [401, 200, 401]


async def status(site: Site, who: SignedIn) -> int:
    async with site.http(who) as http:
        return (await http.get("/api/me")).status_code


async def test_a_round_that_fails_is_logged_and_the_next_one_comes() -> None:
    clock, done = VirtualClock(), 0

    async def act() -> None:
        nonlocal done
        done += 1
        if done == 1:
            raise RuntimeError("the database is away")

    with capture_logs() as records:
        async with anyio.create_task_group() as group:
            group.start_soon(rounds, act, 10.0, clock)
            await clock.advance(20.0)
            group.cancel_scope.cancel()
    assert done == 2
    assert [record["log_level"] for record in records] == ["error"]
