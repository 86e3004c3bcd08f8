"""A student at the page: everything by role and label, as a person or a screen reader finds it."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tools.demo_server import DemoServer

SECOND = 1000
PATIENCE = 20.0
"""Seconds; how long anything may take on a busy machine before a test gives up. No bar: those are asserted apart."""
expect.set_options(timeout=PATIENCE * SECOND)


def password_link(server: DemoServer, login: str) -> str:
    """A fresh link with which that person sets a password, made as the administrator makes it."""
    command = [sys.executable, "-m", "pythonide.app.cli", "course", "link", login, "--data", str(server.data)]
    printed = subprocess.run([*command, "--address", server.origin], check=True, capture_output=True, text=True).stdout
    found = re.search(r"http\S+", printed)
    assert found, printed
    return found[0]


def signed_in(context: BrowserContext, link: str) -> BrowserContext:
    """Use a sign-in link without the page, which one test does with it."""
    parts = urlsplit(link)
    origin = f"{parts.scheme}://{parts.netloc}"
    answer = context.request.post(
        f"{origin}/api/login/link", data={"token": parts.fragment}, headers={"x-pythonide": "1", "origin": origin}
    )
    assert answer.ok, answer.text()
    return context


@dataclass(frozen=True)
class Student:
    """One tab of one person."""

    page: Page

    def sign_in(self, link: str) -> None:
        self.page.goto(link)
        self.page.get_by_role("button", name=re.compile("^Sign in as ")).click()
        self.wait_ready()

    def wait_ready(self) -> None:
        """The tree is there, and the first program is open."""
        expect(self.tree).to_be_visible()
        expect(self.editor("")).to_be_visible()

    @property
    def tree(self) -> Locator:
        return self.page.get_by_role("tree").first

    def file(self, name: str) -> Locator:
        return self.tree.get_by_role("treeitem", name=name, exact=True)

    def editor(self, name: str) -> Locator:
        return self.page.get_by_role("textbox", name=f"Code of {name}")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def run_button(self) -> Locator:
        return self.button("Run")

    @property
    def stop_button(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("^Stop"))

    @property
    def console(self) -> Locator:
        return self.page.locator(".xterm-rows")

    @property
    def plots(self) -> Locator:
        return self.page.get_by_role("img", name=re.compile("^Plot "))

    @property
    def state(self) -> Locator:
        """How the run is, in words."""
        return self.page.get_by_test_id("run-state")

    @property
    def save_state(self) -> Locator:
        return self.page.get_by_test_id("save-state")

    @property
    def connection(self) -> Locator:
        """Shown while there is no connection only."""
        return self.page.get_by_test_id("connection")

    @property
    def said(self) -> Locator:
        """The notes that float for a while."""
        return self.page.get_by_test_id("toast")

    @property
    def code(self) -> str:
        """The text of the file that is open, as the page shows it."""
        return self.page.locator(".cm-content").inner_text()

    @property
    def workspace(self) -> str:
        return urlsplit(self.page.url).path.split("/")[2]

    def folder(self, data: Path) -> Path:
        """Where the server keeps the files of the workspace that is open."""
        return data / "workspaces" / self.workspace

    def open(self, name: str) -> None:
        self.file(name).click()
        expect(self.editor(name)).to_be_visible()

    def new_file(self, name: str, text: str = "") -> None:
        """Make a file by its button, as a person does, and put text into it."""
        self.button("New file").click()
        self.page.get_by_role("textbox", name="Name of the new file").fill(name)
        self.page.keyboard.press("Enter")
        expect(self.editor(name)).to_be_visible()
        if text:
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        """Replace the text of the open file, as if pasted."""
        self.editor(name).click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def run(self) -> None:
        self.run_button.click()

    def start(self, name: str, text: str) -> None:
        """Write a program into a new file and run it."""
        self.new_file(name, text)
        self.run()

    def type(self, text: str) -> None:
        """Type into the console."""
        self.page.locator(".xterm-screen").click()
        self.page.keyboard.type(text)

    def sees(self, text: str) -> None:
        self.wait(lambda: text in self.shown(), repr(text))

    def sees_prompt(self) -> None:
        """The last line is the prompt, and nothing runs."""
        self.wait(lambda: self.last_line() == ">>>", "the prompt")
        expect(self.run_button).to_be_visible()

    def last_line(self) -> str:
        lines = [line.strip() for line in self.shown().splitlines() if line.strip()]
        return lines[-1] if lines else ""

    def shown(self) -> str:
        """What the console shows now."""
        return self.console.inner_text().replace("\u00a0", " ") if self.console.count() else ""

    def whole_output(self) -> list[str]:
        """Every line that the console holds, scrollback included: copied, as a student would."""
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.bring_to_front()
        self.button("Copy output").click()
        expect(self.said.get_by_text("The output is copied.").first).to_be_visible()
        return str(self.page.evaluate("() => navigator.clipboard.readText()")).splitlines()

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Return once the condition holds; look again on every frame."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"no {what} within {PATIENCE} s; the console shows:\n{self.shown()}"
            self.page.evaluate("() => new Promise(done => setTimeout(done, 15))")
