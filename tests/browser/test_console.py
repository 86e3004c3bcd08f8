"""The console, in both its forms, and what is set beside it."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.student import Student, signed_in
from tests.browser.test_accessible import LOOKS, go


def plain_form(student: Student) -> None:
    student.page.get_by_test_id("account").click()
    student.page.get_by_test_id("plain-switch").check()
    student.page.keyboard.press("Escape")


def test_arguments(student: Student) -> None:
    student.new_file("arguments.py", "import sys\nprint(sys.argv)\n")
    student.page.get_by_test_id("toggle-arguments").click()
    student.page.get_by_test_id("arguments").fill("one 'two three'")
    student.run()
    student.sees("arguments.py', 'one', 'two three']")


def test_control_c_interrupts_and_control_d_ends_the_input(student: Student) -> None:
    student.start("keys.py", "import sys\nprint('reading')\nprint(len(sys.stdin.read()), 'signs')\nwhile True: pass\n")
    student.sees("reading")
    student.type("abc\n")
    student.page.keyboard.press("Control+d")
    student.sees("4 signs")
    student.page.keyboard.press("Control+c")
    student.sees("KeyboardInterrupt")
    student.sees_prompt()


def test_a_password_is_not_shown(student: Student) -> None:
    student.start("secret.py", "import getpass\nword = getpass.getpass()\nprint(len(word), 'signs')\n")
    student.sees("Password:")
    student.type("swordfish\n")
    student.sees("9 signs")
    assert "swordfish" not in student.shown()


def test_colours_copy_and_clear(student: Student) -> None:
    student.start("reds.py", "for n in range(200):\n    print(f'\\x1b[31mred {n}\\x1b[0m')\n")
    student.sees("red 199")
    student.sees_prompt()
    expect(student.console.locator(".xterm-fg-1").first).to_contain_text("red")
    assert [line for line in student.whole_output() if line.startswith("red")] == [f"red {n}" for n in range(200)]
    student.button("Clear output").click()
    student.wait(lambda: "red" not in student.shown(), "empty console")
    student.type("1 + 1\n")
    student.sees("2")


def test_the_terminal_has_the_size_of_its_pane(student: Student) -> None:
    program = "import os\nwhile True:\n    input()\n    print(os.get_terminal_size().columns, 'wide')\n"
    student.start("size.py", program)
    expect(student.state).to_contain_text("Waiting")
    student.type("\n")
    student.sees("wide")
    first = student.shown().split("wide")[0].split()[-1]
    handle = student.page.get_by_role("separator", name="Width of the results")
    handle.focus()
    student.page.keyboard.press("Home")
    student.type("\n")
    student.wait(lambda: student.shown().count("wide") == 2, "second answer")
    second = student.shown().split("wide")[1].split()[-1]
    assert 10 < int(second) < int(first)


def test_a_flood_leaves_the_page_alive(student: Student) -> None:
    """The page holds a bounded number of lines, goes on answering, and Stop works at once."""
    student.start("flood.py", "n = 0\nwhile True:\n    n += 1\n    print(n)\n")
    student.wait(lambda: len(student.last_line()) > 4, "ten thousand lines")
    student.stop_button.click()
    student.sees_prompt()
    assert student.console.locator("> div").count() < 200
    assert len(student.whole_output()) < 5200


def test_no_network_is_said_in_a_plain_sentence(student: Student) -> None:
    student.start("network.py", "import urllib.request\nurllib.request.urlopen('http://example.org')\n")
    expect(student.page.get_by_test_id("run-notice")).to_contain_text("Programs here have no network")


def test_size_of_code_and_theme_are_kept(student: Student) -> None:
    size = "() => getComputedStyle(document.querySelector('.cm-content')).fontSize"
    page = student.page
    assert page.evaluate(size) == "15px"
    page.get_by_test_id("account").click()
    student.button("Larger code").click()
    page.get_by_label("Theme").select_option("dark")
    page.reload()
    student.wait_ready()
    assert page.evaluate(size) == "16px"
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_plain_form_reads_writes_and_is_kept(student: Student) -> None:
    plain_form(student)
    student.start("plain.py", "print('\\x1b[31mred\\x1b[0m', 1)\nprint('sum', sum(map(int, iter(input, ''))))\n")
    log = student.page.get_by_role("log", name="Output of plain.py")
    expect(log).to_contain_text("red 1")
    for line in ("2", "3", ""):
        student.page.get_by_role("textbox", name="Type for the program").fill(line)
        student.button("Send").click()
    expect(log).to_contain_text("sum 5")
    student.page.reload()
    student.wait_ready()
    expect(log).to_contain_text("sum 5")


@pytest.mark.parametrize("settings", [LOOKS["phone"]], ids=["phone"])
def test_a_run_on_a_phone(visit: Visit, link: str, settings: dict[str, Any]) -> None:
    """One region at a time; Run leads to the output, in the plain form; signs that phones hide have a row of keys."""
    student = Student(signed_in(visit(**settings), link).new_page())
    page = student.page
    page.goto("/")
    expect(student.editor("")).to_be_visible()
    go(student, "Files")
    student.new_file("phone.py")
    go(student, "Code")
    student.editor("phone.py").click()
    page.keyboard.type("print")
    for sign in ("(", '"'):
        page.get_by_role("group", name="Signs for code").get_by_role("button", name=sign, exact=True).click()
    page.keyboard.type('Hi", input("Name? "))')
    student.run_button.click()
    log = page.get_by_role("log")
    expect(log).to_contain_text("Name?")
    page.get_by_role("textbox", name="Type for the program").fill("Ada")
    page.get_by_role("textbox", name="Type for the program").press("Enter")
    expect(log).to_contain_text("Hi Ada")
    expect(student.state).to_contain_text("Finished")
    width = "() => [document.documentElement.scrollWidth, innerWidth]"
    wide, visible = page.evaluate(width)
    assert wide <= visible
