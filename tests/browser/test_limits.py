"""What a student sees of the limits of the course, of a prompt that is about to close, and of several programs at once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.student import Student, signed_in
from tests.browser.test_accessible import violations
from tools.demo_server import DemoServer, demo_server

IDLE = 60
"""Seconds, the least a course may choose; the warning comes after half of it."""
ENDLESS = "while True:\n    pass\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """A class of its own: its course is changed."""
    with demo_server(tmp_path_factory.mktemp("limited"), PYTHONIDE_DEMO_STUDENTS="12") as running:
        choose(running, "--memory", "96M", "--open-files", "140", "--cpu", "1m", "--idle", f"{IDLE}s", "--running", "2")
        yield running


@pytest.fixture(scope="module")
def unused(server: DemoServer) -> Iterator[str]:
    return iter([link for name, link in server.links.items() if "(student)" in name])


def choose(server: DemoServer, *words: str) -> None:
    """Change the course's policy, as an administrator does while the class works."""
    command = [sys.executable, "-m", "pythonide.app.cli", "course", "policy", "demo", *words]
    subprocess.run([*command, "--data", str(server.data)], check=True, capture_output=True)


def picture(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png")


def test_the_error_that_a_limit_made_is_explained_with_its_size(student: Student, tmp_path: Path) -> None:
    student.start("many.py", "held = [open('/dev/null') for _ in range(400)]\n")
    hint = "Your program has too many files open: at most 140 at once."
    expect(student.page.get_by_test_id("run-limit")).to_contain_text(hint)
    expect(student.page.get_by_test_id("error-note")).to_contain_text(hint)
    picture(student.page, tmp_path, "open-files")
    student.page.reload()
    expect(student.page.get_by_test_id("run-limit")).to_contain_text(hint)


def test_a_program_that_a_limit_ended_says_so_with_its_size(
    student: Student, server: DemoServer, tmp_path: Path
) -> None:
    choose(server, "--cpu", "1s")
    try:
        student.start("loop.py", ENDLESS)
        words = "Your program used more than 1 second of computing time and was stopped."
        expect(student.page.get_by_test_id("run-state")).to_contain_text(words)
        picture(student.page, tmp_path, "cpu")
    finally:
        choose(server, "--cpu", "1m")


def test_several_programs_are_one_press_away_and_their_number_is_the_courses(student: Student, tmp_path: Path) -> None:
    page = student.page
    programs = page.get_by_role("group", name="Your programs")
    student.start("one.py", "print('the first')\n" + ENDLESS)
    student.sees("the first")
    expect(programs).to_have_count(0)
    student.start("two.py", "print('the second')\n" + ENDLESS)
    student.sees("the second")
    expect(programs.get_by_role("button")).to_have_count(2)
    student.start("three.py", "print('the third')\n")
    expect(page.get_by_test_id("run-state")).to_contain_text("2 of your programs may run at once")
    picture(page, tmp_path, "programs")
    assert violations(page) == []
    programs.get_by_role("button", name="one.py").click()
    student.sees("the first")
    student.button("Stop one.py").click()
    expect(programs.get_by_role("button", name="three.py: Finished")).to_be_visible()  # heard without being shown
    programs.get_by_role("button", name="three.py").press("Enter")
    student.sees("the third")


@pytest.mark.long
@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)], ids=["light", "dark", "phone"]
)
def test_a_prompt_warns_before_it_closes_and_one_press_keeps_it(
    visit: Visit, link: str, tmp_path: Path, scheme: str, width: int
) -> None:
    phone = width < 700
    context = signed_in(visit(color_scheme=scheme, viewport={"width": width, "height": 800}, has_touch=phone), link)
    student = Student(context.new_page())
    student.page.goto("/")
    expect(student.editor("main.py")).to_be_visible()
    page, bar = student.page, student.page.get_by_test_id("expiring")
    student.write("main.py", "kept = 41\n")
    student.run_button.click()
    expect(page.get_by_test_id("run-state")).to_contain_text("Finished")
    expect(bar).to_have_count(0)
    if phone:
        page.get_by_role("button", name="Code", exact=True).click()  # the warning is seen wherever one is
    expect(bar).to_contain_text("The prompt of main.py closes in 0:", timeout=(IDLE / 2 + 20) * 1000)
    expect(page.get_by_test_id("announcer")).to_contain_text("Type something in the console")
    first = seconds_left(bar.inner_text())
    expect(bar).not_to_contain_text(f"0:{first:02}")  # it counts down
    picture(page, tmp_path, f"expiring-{scheme}-{width}")
    assert violations(page) == []
    page.reload()
    expect(bar).to_contain_text("closes in 0:")
    assert seconds_left(bar.inner_text()) < first, "a reload began the countdown anew"
    keep = page.get_by_role("button", name="Keep it open")
    keep.focus()
    page.keyboard.press("Enter")
    expect(bar).to_have_count(0)
    expect(page.get_by_test_id("run-state")).to_contain_text("Finished")


def seconds_left(text: str) -> int:
    minutes, seconds = text.split("closes in ")[1].split(" ")[0].split(":")
    return int(minutes) * 60 + int(seconds)
