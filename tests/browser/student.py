"""A student at the page: everything by role and label, as a person or a screen reader finds it."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

SECOND = 1000
PATIENCE = 20.0
"""Seconds; how long anything may take on a busy machine before a test gives up. No bar: those are asserted apart."""


@dataclass(frozen=True)
class Student:
    """One tab of one person."""

    page: Page

    def sign_in(self, link: str) -> None:
        self.page.goto(link)
        self.page.get_by_role("button", name="Sign in with this link").click()
        self.wait_ready()

    def wait_ready(self) -> None:
        expect(self.tree).to_be_visible(timeout=PATIENCE * SECOND)

    @property
    def tree(self) -> Locator:
        return self.page.get_by_role("tree").first

    def editor(self, name: str) -> Locator:
        return self.page.get_by_role("textbox", name=f"Code of {name}")

    @property
    def run_button(self) -> Locator:
        return self.page.get_by_role("button", name="Run", exact=True)

    @property
    def stop_button(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("^Stop"))

    @property
    def console(self) -> Locator:
        return self.page.locator(".xterm-rows")

    @property
    def plots(self) -> Locator:
        return self.page.get_by_role("img", name=re.compile("^Plot "))

    def open(self, name: str) -> None:
        self.page.get_by_role("treeitem", name=name).first.click()
        expect(self.editor(name)).to_be_visible(timeout=PATIENCE * SECOND)

    def new_file(self, name: str, text: str = "") -> None:
        """Make a file by its button, as a person does, and put text into it."""
        self.page.get_by_role("button", name="New file").first.click()
        self.page.get_by_role("textbox", name="Name of the new file").fill(name)
        self.page.keyboard.press("Enter")
        expect(self.editor(name)).to_be_visible(timeout=PATIENCE * SECOND)
        if text:
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        """Replace the text of the open file, as if pasted."""
        self.editor(name).click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def run(self) -> None:
        self.run_button.click()

    def type(self, text: str) -> None:
        """Type into the console."""
        self.console.click()
        self.page.keyboard.type(text)

    def sees(self, text: str, within: float = PATIENCE) -> None:
        self.wait(lambda: text in self.shown(), within, repr(text))

    def sees_prompt(self, within: float = PATIENCE) -> None:
        """The last line is the prompt."""
        self.wait(lambda: self.last_line() == ">>>", within, "the prompt")

    def last_line(self) -> str:
        lines = [line.strip() for line in self.shown().splitlines() if line.strip()]
        return lines[-1] if lines else ""

    def shown(self) -> str:
        """What the console shows now."""
        return self.console.inner_text().replace("\u00a0", " ") if self.console.count() else ""

    def wait(self, condition: Callable[[], bool], within: float, what: str) -> None:
        """Return once the condition holds; look again on every frame."""
        deadline = time.monotonic() + within
        while not condition():
            assert time.monotonic() < deadline, f"no {what} within {within} s; the console shows:\n{self.shown()}"
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
