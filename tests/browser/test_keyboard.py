"""The whole path by keyboard alone: no click anywhere, and no place one cannot leave."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.student import Student

FOCUSED = """() => {
  const at = document.activeElement
  return at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent.trim()
}"""


def focused(page: Page) -> str:
    """The name of what has the focus."""
    return str(page.evaluate(FOCUSED))


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until the control of this name has the focus."""
    passed: list[str] = []
    for _ in range(60):
        page.keyboard.press(key)
        passed.append(focused(page))
        if passed[-1] == name:
            return
    pytest.fail(f"{key} never reaches “{name}”, only {passed}")


def test_sign_in_and_the_whole_path_by_keyboard(visit: Visit, link: str) -> None:
    """Sign in, new file, type, run, answer, stop, use the prompt, see a plot, enlarge it."""
    page = visit().new_page()
    student = Student(page)
    page.goto(link)
    sign_in = page.get_by_role("button", name=re.compile("^Sign in as "))
    tab_to(page, sign_in.inner_text())
    page.keyboard.press("Enter")
    student.wait_ready()
    expect(student.editor("main.py")).to_be_focused()
    page.keyboard.press("Escape")
    tab_to(page, "New file", "Shift+Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("keys.py")
    page.keyboard.press("Enter")
    expect(student.editor("keys.py")).to_be_visible()
    page.keyboard.press("Control+1")
    expect(student.editor("keys.py")).to_be_focused()
    page.keyboard.type('import matplotlib.pyplot as plt\nplt.plot([1])\nplt.title("One")\nplt.show()\n')
    page.keyboard.type('name = input("Who? ")\nprint("Hello", name)\nwhile True: pass')
    page.keyboard.press("Control+Enter")
    student.sees("Who?")
    page.keyboard.press("Control+2")
    expect(page.get_by_role("textbox", name="Console of keys.py")).to_be_focused()
    page.keyboard.type("Grace\n")
    student.sees("Hello Grace")
    page.keyboard.press("Control+.")
    student.sees_prompt()
    page.keyboard.type("name\n")
    student.sees("'Grace'")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    tab_to(page, "Output", "Shift+Tab")
    page.keyboard.press("ArrowRight")
    expect(student.plots).to_be_visible()
    tab_to(page, "Enlarge: Plot 1: One")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("img", name="Plot 1: One")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert focused(page) == "Enlarge: Plot 1: One"


def test_the_editor_and_the_console_can_be_left(student: Student) -> None:
    """Tab indents, and is typed for the program; after Esc it leaves. Both places say so while one is there."""
    page = student.page
    student.new_file("leave.py")
    page.keyboard.press("Control+1")
    expect(page.get_by_text("Esc then Tab leaves the editor")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("pri")
    assert student.code == "    pri"
    expect(page.locator(".cm-tooltip-autocomplete")).to_be_visible()
    page.keyboard.press("Escape")  # closes the list of words, and is enough to leave
    expect(page.locator(".cm-tooltip-autocomplete")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(student.editor("leave.py")).not_to_be_focused()
    page.keyboard.press("Control+1")
    student.write("leave.py", "input()\n")
    page.keyboard.press("F5")
    expect(student.state).to_contain_text("Waiting for you")
    console = page.get_by_role("textbox", name="Console of leave.py")
    expect(console).to_be_focused()
    expect(page.get_by_text("Esc then Tab leaves the console")).to_be_visible()
    page.keyboard.press("Tab")
    expect(console).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(console).not_to_be_focused()
    page.keyboard.press("Control+2")
    expect(console).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(console).not_to_be_focused()


def test_files_by_keyboard(student: Student) -> None:
    """Arrows, Enter, F2 and Delete in the tree; Undo is reached by Tab."""
    page = student.page
    page.keyboard.press("Control+3")
    expect(student.file("main.py")).to_be_focused()
    page.keyboard.press("Home")
    expect(student.file("dice")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(student.file("dice")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(student.file("weather.py")).to_be_focused()
    page.keyboard.press("Enter")
    expect(student.editor("weather.py")).to_be_visible()
    page.keyboard.press("F2")
    page.keyboard.type("sunshine")
    page.keyboard.press("Enter")
    expect(student.editor("sunshine.py")).to_be_visible()
    page.keyboard.press("Control+3")
    expect(student.file("sunshine.py")).to_be_focused()
    page.keyboard.press("Delete")
    expect(student.file("sunshine.py")).to_have_count(0)
    tab_to(page, "Undo", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(student.file("sunshine.py")).to_be_visible()


def test_the_key_list(student: Student) -> None:
    page = student.page
    page.keyboard.press("Control+3")
    expect(student.file("main.py")).to_be_focused()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    for shown in ("Ctrl+Enter, F5", "Ctrl+.", "Esc, Tab", "Ctrl+1", "Ctrl+2", "Ctrl+3"):
        expect(keys.get_by_text(shown, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.keyboard.press("Control+1")
    expect(student.editor("main.py")).to_be_focused()
    page.keyboard.press("?")
    expect(keys).to_have_count(0)


def test_panes_are_resized_by_keyboard_and_keep_their_size(student: Student) -> None:
    page = student.page
    page.keyboard.press("Control+3")
    expect(student.file("main.py")).to_be_focused()
    tab_to(page, "Width of the files")
    handle = page.get_by_role("separator", name="Width of the files")
    before = int(handle.get_attribute("aria-valuenow") or 0)
    page.keyboard.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuenow", str(before + 24))
    page.reload()
    student.wait_ready()
    expect(handle).to_have_attribute("aria-valuenow", str(before + 24))
    box = page.get_by_test_id("files").bounding_box()
    assert box is not None
    assert round(box["width"]) == before + 24
