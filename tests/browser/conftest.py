"""A demo class with a real sandbox, and a Chromium that looks at it. Each test has a student of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState, sync_playwright

from pythonide.edge.ws.registry import MAX_PER_USER
from pythonide_client.client import Json, SignedIn, connected
from tests.browser.student import PATIENCE, SECOND, Student, signed_in
from tools.demo_server import DemoServer, demo_server
from tools.test import NO_BROWSER, find_browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STUDENTS = 100
"""More than there are tests that want one; making them costs a second."""

Visit = Callable[..., BrowserContext]
Ask = Callable[..., Json]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        pytest.fail(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    with demo_server(tmp_path_factory.mktemp("school"), PYTHONIDE_DEMO_STUDENTS=str(STUDENTS)) as running:
        yield running


@pytest.fixture(scope="session")
def unused(server: DemoServer) -> Iterator[str]:
    """Sign-in links of students nobody has been yet."""
    return iter([link for name, link in server.links.items() if "(student)" in name])


@pytest.fixture
def link(unused: Iterator[str]) -> str:
    """The sign-in link of this test's student."""
    return next(unused)


@pytest.fixture
def visit(browser: Browser, server: DemoServer) -> Iterator[Visit]:
    """Open browsers of their own, each with its cookies; what a page complains about fails the test."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    with ExitStack() as stack:

        def open_one(**settings: Any) -> BrowserContext:
            context = stack.enter_context(browser.new_context(**{"base_url": server.origin, **settings}))
            context.set_default_timeout(PATIENCE * SECOND)
            context.on("weberror", lambda error: complaints.append(str(error.error)))
            context.on("console", heard)
            return context

        yield open_one
    assert not complaints


@pytest.fixture
def context(visit: Visit, link: str) -> BrowserContext:
    """A browser of this test's student, signed in."""
    return signed_in(visit(), link)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def student(page: Page) -> Student:
    page.goto("/")
    student = Student(page)
    student.wait_ready()
    return student


@pytest.fixture
def second_window(visit: Visit, context: BrowserContext) -> Student:
    """The same person elsewhere. A second tab of the same window would slow the first down, as it is hidden then."""
    other = Student(visit(storage_state=context.storage_state()).new_page())
    other.page.goto("/")
    other.wait_ready()
    return other


def cookies_of(context: BrowserContext) -> str:
    return "; ".join(f"{cookie.get('name')}={cookie.get('value')}" for cookie in context.cookies())


@pytest.fixture
def ask(context: BrowserContext, server: DemoServer) -> Iterator[Ask]:
    """Another page of the same student, without a browser: sends a command and returns its result."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(connected(SignedIn(server.origin, cookies_of(context)))) as client,
    ):
        yield lambda command, **fields: portal.call(partial(client.ask, command, **fields))


@pytest.fixture(scope="session")
def teacher(browser: Browser, server: DemoServer) -> StorageState:
    """The teacher's cookies."""
    context = signed_in(
        browser.new_context(), next(url for name, url in server.links.items() if "(student)" not in name)
    )
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def crowd(student: Student, server: DemoServer) -> Iterator[None]:
    """With the student's own, all pages that a person may have open."""
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())
        who = SignedIn(server.origin, cookies_of(student.page.context))
        for _ in range(MAX_PER_USER - 1):
            stack.enter_context(portal.wrap_async_context_manager(connected(who)))
        yield
