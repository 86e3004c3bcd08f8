"""Axe finds nothing on any screen and in any state, in light, dark and on a phone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.browser.conftest import Visit
from tests.browser.student import Student, password_link, signed_in
from tools.demo_server import DemoServer

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
    "phone": {"color_scheme": "light", **PHONE},
}
PROGRAM = """\
import matplotlib.pyplot as plt

name = input("Name? ")
print("\\x1b[31mred\\x1b[0m \\x1b[32mgreen\\x1b[0m \\x1b[33myellow\\x1b[0m", name)
plt.plot([1, 4, 9])
plt.show()
print(1 / 0)
"""


class Auditor:
    """Runs axe on the state that a page is in, and keeps what it finds by the state's name."""

    def __init__(self, page: Page, *, colours_only: bool = False) -> None:
        self.page = page
        self.colours_only = colours_only
        self.found: dict[str, list[str]] = {}

    def look_at(self, state: str) -> None:
        if found := violations(self.page, colours_only=self.colours_only):
            self.found[state] = found


def violations(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe finds, one line each. Injected as a script of the test, which the page's policy does not bind."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", ["color-contrast"] if colours_only else TAGS)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def go(student: Student, region: str) -> None:
    """On a phone, where one region is shown at a time, go there."""
    if student.page.get_by_role("navigation", name="Parts of the page").count():
        student.page.get_by_role("navigation", name="Parts of the page").get_by_role("button", name=region).click()


@pytest.mark.parametrize("look", list(LOOKS))
def test_axe_finds_nothing_at_the_doors(visit: Visit, link: str, server: DemoServer, look: str) -> None:
    audit = Auditor(visit(**LOOKS[look]).new_page())
    to_set = password_link(server, "teacher")
    doors = (
        ("/", "Sign in"),
        (link, "Sign in as "),
        (to_set, "Set password"),
        ("/link#spent", "Sign in with a password"),
    )
    for address, act in doors:
        audit.page.goto("about:blank")
        audit.page.goto(address)
        expect(audit.page.locator(".button", has_text=act)).to_be_visible()
        audit.look_at(act)
    audit.page.goto("about:blank")
    audit.page.goto(to_set)
    audit.page.get_by_role("button", name="Set password").first.click()
    expect(audit.page.get_by_role("alert")).not_to_be_empty()
    audit.look_at("refused")
    audit.page.goto("/no/such/page")
    expect(audit.page.get_by_role("heading")).to_be_visible()
    audit.look_at("not found")
    assert audit.found == {}


@pytest.mark.parametrize("look", list(LOOKS))
def test_axe_finds_nothing_in_the_workspace(visit: Visit, link: str, look: str) -> None:
    student = Student(signed_in(visit(**LOOKS[look]), link).new_page())
    student.page.goto("/")
    expect(student.editor("")).to_be_visible()
    audit = Auditor(student.page, colours_only=look == "dark")  # everything else is as in light
    audit.look_at("workspace")
    go(student, "Files")
    student.new_file("states.py")
    go(student, "Code")
    student.write("states.py", PROGRAM)
    run_through(student, audit)
    previews(student, audit)
    menus(student, audit)
    assert audit.found == {}


def run_through(student: Student, audit: Auditor) -> None:
    """A run that asks, prints colours, draws and fails; on a phone in the plain form, elsewhere in the console too."""
    page = student.page
    student.run_button.click()
    go(student, "Output")
    expect(student.state).to_contain_text("Waiting for you")
    audit.look_at("waiting")
    if page.get_by_test_id("plain-input").count():
        page.get_by_test_id("plain-input").fill("Ada")
        student.button("Send").click()
    else:
        student.type("Ada\n")
    expect(student.state).to_contain_text("Stopped on line 7")
    audit.look_at("output")
    go(student, "Code")
    expect(page.get_by_test_id("error-note")).to_be_visible()
    audit.look_at("error note")
    go(student, "Output")
    page.get_by_role("tab", name="Plots").click()
    expect(student.plots).to_be_visible()
    audit.look_at("plots")
    page.get_by_role("button", name="Enlarge").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    audit.look_at("enlarged plot")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Output").click()
    page.get_by_test_id("account").click()
    page.get_by_test_id("plain-switch").check()
    audit.look_at("account menu")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("plain-output")).to_contain_text("ZeroDivisionError")
    audit.look_at("plain output")


def previews(student: Student, audit: Auditor) -> None:
    page = student.page
    for name in ("welcome.md", "running.pdf", "picture.png", "weather.csv"):
        go(student, "Files")
        page.get_by_role("treeitem", name=name).click()
        go(student, "Code")
        expect(page.get_by_test_id("preview")).to_be_visible()
        audit.look_at(name)


def menus(student: Student, audit: Auditor) -> None:
    page = student.page
    go(student, "Files")
    student.file("main.py").hover()
    student.file("main.py").get_by_role("button", name="Actions for main.py").click()
    audit.look_at("actions of a file")
    student.button("Rename").click()
    audit.look_at("renaming")
    page.keyboard.press("Escape")
    student.file("raises.py").hover()
    student.file("raises.py").get_by_role("button", name="Actions for raises.py").click()
    student.button("Delete").click()
    expect(student.said.first).to_be_visible()
    audit.look_at("deleted")
    student.button("Undo").click()
    student.file("main.py").click()
    go(student, "Code")
    student.editor("main.py").click()
    page.keyboard.press("Control+f")
    expect(page.locator(".cm-search")).to_be_visible()
    audit.look_at("find")
    page.get_by_test_id("account").click()
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    audit.look_at("keys")


@pytest.mark.parametrize("look", list(LOOKS))
def test_axe_finds_nothing_for_a_teacher(visit: Visit, teacher: StorageState, look: str) -> None:
    page = visit(storage_state=teacher, **LOOKS[look]).new_page()
    page.goto("/class")
    expect(page.get_by_test_id("students").get_by_role("link").first).to_be_visible()
    audit = Auditor(page)
    audit.look_at("class")
    page.get_by_role("link", name="Ada Lovelace").click()
    expect(page.get_by_text("You are reading the files of Ada Lovelace")).to_be_visible()
    audit.look_at("reading a student's files")
    assert audit.found == {}


def test_axe_bites(page: Page) -> None:
    """The checks above find what is wrong: a button without a name."""
    page.goto("/")
    expect(page.get_by_role("textbox", name="Code of")).to_be_visible()
    page.evaluate("() => document.body.append(document.createElement('button'))")
    assert any(line.startswith("button-name") for line in violations(page))
