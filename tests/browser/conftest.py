"""A demo class with a real sandbox, and a Chromium that looks at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.student import Student
from tools.demo_server import DemoServer, demo_server
from tools.test import NO_BROWSER, find_browser

STUDENT = "(student)"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


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
    with demo_server(tmp_path_factory.mktemp("school")) as running:
        yield running


@pytest.fixture(scope="session")
def signed_in(server: DemoServer, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Everybody's cookies: each used their one-time link once."""
    states: dict[str, Path] = {}
    for number, (name, link) in enumerate(server.links.items()):
        context = browser.new_context()
        Student(context.new_page()).sign_in(link)
        states[name] = tmp_path_factory.mktemp("states") / f"{number}.json"
        context.storage_state(path=states[name])
        context.close()
    return states


@pytest.fixture(scope="session")
def first_student(signed_in: dict[str, Path]) -> Path:
    """The cookies of one student."""
    return next(state for name, state in signed_in.items() if STUDENT in name)


@pytest.fixture
def context(browser: Browser, server: DemoServer, first_student: Path) -> Iterator[BrowserContext]:
    """A browser of the first student, signed in; whatever the page complains about fails the test."""
    context = browser.new_context(base_url=server.origin, storage_state=first_student)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert not complaints


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def student(page: Page) -> Student:
    page.goto("/")
    student = Student(page)
    student.wait_ready()
    return student
