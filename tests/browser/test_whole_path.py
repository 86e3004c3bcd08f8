"""The whole path of a student, in a real browser against a real sandbox."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Ask, Visit
from tests.browser.student import Student
from tools.demo_server import DemoServer

STREAMING = """\
import os, time

print("first line")
while not os.path.exists("go"):
    time.sleep(0.01)
print("second line")
"""
PLOTTING = """\
import matplotlib.pyplot as plt
plt.plot([1, 4, 9])
plt.title("Squares")
plt.show()
plt.bar([1, 2], [3, 4])
plt.title("Bars")
print("drawn")
"""
PNG = b"\x89PNG\r\n\x1a\n"


def test_sign_in_type_run_and_see(visit: Visit, link: str) -> None:
    student = Student(visit().new_page())
    student.sign_in(link)
    student.new_file("typed.py")
    student.editor("typed.py").click()
    student.page.keyboard.type("print(6 * 7)")
    student.run()
    student.sees("42")
    student.sees_prompt()
    expect(student.state).to_contain_text("Finished")


def test_output_streams(student: Student, server: DemoServer) -> None:
    """The first line is in the page before the second is printed: the program waits for a file that is made after it was seen."""
    student.start("streaming.py", STREAMING)
    student.sees("first line")
    assert "second line" not in student.shown()
    (student.folder(server.data) / "go").touch()
    student.sees("second line")


def test_a_second_file_runs_beside_the_first(student: Student) -> None:
    """The button is about the file that is open; the console shows what was started or opened last."""
    student.start("endless.py", "print('round and round')\nwhile True:\n    pass\n")
    student.sees("round and round")
    expect(student.stop_button).to_be_visible()
    student.new_file("quick.py", "print(6 * 7)\n")
    beside = student.page.get_by_test_id("stop-other")
    expect(beside).to_have_text("Stop endless.py")
    student.run()
    student.sees("42")
    student.sees_prompt()
    expect(beside).to_have_count(0)
    student.open("endless.py")
    student.sees("round and round")
    student.stop_button.click()
    student.sees_prompt()


def test_a_closed_prompt_says_so(student: Student) -> None:
    student.start("short.py", "print('done')\n")
    student.sees_prompt()
    student.type("exit()\n")
    expect(student.page.get_by_test_id("prompt-closed")).to_have_text("The prompt is closed. Press Run for a new one.")
    expect(student.state).to_contain_text("Finished")


def test_input_is_answered_in_the_console(student: Student) -> None:
    student.start("asking.py", 'name = input("Your name? ")\nprint("Hello,", name)\n')
    student.sees("Your name?")
    expect(student.state).to_contain_text("Waiting for you")
    student.page.keyboard.type("Ada\n")  # the cursor is in the console already
    student.sees("Hello, Ada")
    student.type("name * 2\n")
    student.sees("'AdaAda'")


def test_plots_appear_in_order_and_can_be_enlarged_and_saved(student: Student, tmp_path: Path) -> None:
    student.start("plotting.py", PLOTTING)
    student.sees_prompt()
    expect(student.page.get_by_test_id("plots-dot")).to_be_visible()
    student.page.get_by_role("tab", name="Plots").click()
    expect(student.plots).to_have_count(2)
    assert [image.get_attribute("alt") for image in student.plots.all()] == ["Plot 1: Squares", "Plot 2: Bars"]
    loaded = "images => images.every(image => image.complete && image.naturalWidth > 0)"
    student.wait(lambda: bool(student.plots.evaluate_all(loaded)), "loaded pictures")
    student.button("Enlarge: Plot 1: Squares").click()
    dialog = student.page.get_by_role("dialog", name="Plot 1")
    expect(dialog.get_by_role("img", name="Plot 1: Squares")).to_be_visible()
    student.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    with student.page.expect_download() as saving:
        student.page.get_by_role("link", name="Save").first.click()
    saving.value.save_as(tmp_path / "plot.png")
    assert saving.value.suggested_filename == "plot-1.png"
    assert (tmp_path / "plot.png").read_bytes().startswith(PNG)


def test_an_error_has_a_note_at_its_line_and_leaves_the_prompt_its_variables(student: Student) -> None:
    student.start("failing.py", "before = 41\nprint(before / 0)\n")
    student.sees("ZeroDivisionError")
    student.sees_prompt()
    note = student.page.get_by_test_id("error-note")
    expect(note).to_contain_text("Your program stopped on line 2: ZeroDivisionError")
    expect(student.page.locator(".cm-errorLine")).to_have_text("print(before / 0)")
    expect(student.state).to_contain_text("Stopped on line 2")
    student.type("before + 1\n")
    student.sees("42")
    note.get_by_role("button", name="Hide this note").click()
    expect(note).to_have_count(0)


def test_an_endless_loop_is_stopped_and_keeps_its_variables(student: Student) -> None:
    student.start("endless.py", "numbers = 6 * 7\nprint('round and round')\nwhile True:\n    pass\n")
    student.sees("round and round")
    student.stop_button.click()
    student.sees_prompt()
    expect(student.state).to_contain_text("You stopped it.")
    student.type("numbers\n")
    student.sees("42")


def test_a_program_that_ignores_stop_is_ended_and_says_that_its_variables_are_gone(student: Student) -> None:
    student.open("stubborn_loop.py")
    student.run()
    expect(student.state).to_contain_text("Running")
    student.stop_button.click()
    student.sees("I do not want to stop.")
    student.sees_prompt()
    expect(student.page.get_by_test_id("run-notice")).to_contain_text("its variables are gone")


def test_run_again_replaces(student: Student) -> None:
    """The prompt of the run before makes room; the console begins anew with the new output."""
    student.start("again.py", "print('one')\nold = 1\n")
    student.sees("one")
    student.sees_prompt()
    student.write("again.py", "print('two')\nprint('old' in globals())\n")
    student.run()
    student.sees("two")
    student.sees("False")
    student.sees_prompt()
    assert "one" not in student.shown()


def test_the_place_in_the_queue_is_shown(student: Student, server: DemoServer, ask: Ask) -> None:
    """Three programs of a person run at once; the fifth waits behind the fourth, moves up, and starts when one of the three ends."""
    student.start("waiting.py", "print('my turn')\n")
    student.sees_prompt()
    busy: list[str] = []
    for number in range(4):
        name = f"busy{number}.py"
        (student.folder(server.data) / name).write_text("import time\nwhile True:\n    time.sleep(0.05)\n")
        busy.append(
            ask("run.start", workspace=student.workspace, path=name, arguments=[], seen={}, columns=80, rows=24)["run"]
        )
    student.run()
    expect(student.state).to_have_text(re.compile("In the queue, place 2"))
    ask("run.stop", run=busy.pop())
    expect(student.state).to_have_text(re.compile("In the queue, place 1"))
    ask("run.stop", run=busy.pop())
    expect(student.state).to_contain_text("Finished")
    student.sees("my turn")
    for run in busy:
        ask("run.stop", run=run)


@pytest.mark.parametrize("press", ["F5", "Control+Enter"])
def test_keys_run(student: Student, press: str) -> None:
    student.new_file("key.py", f"print('by ' + {press!r})\n")
    student.page.keyboard.press(press)
    student.sees(f"by {press}")


def test_a_program_of_several_files_and_one_with_a_table(student: Student) -> None:
    student.open("dice_game.py")
    student.run()
    student.sees("#")
    student.sees_prompt()
    student.open("weather.py")
    student.run()
    student.sees("6000 days of weather in 5 towns")


def test_a_link_signs_in_once(visit: Visit, link: str) -> None:
    Student(visit().new_page()).sign_in(link)
    second = visit().new_page()
    second.goto(link)
    expect(second.get_by_role("heading", name="This link does not work any more")).to_be_visible()
    expect(second.get_by_role("button", name=re.compile("^Sign in as "))).to_have_count(0)


def test_signing_out_leaves_nothing_here_and_all_on_the_server(
    student: Student, context: BrowserContext, server: DemoServer
) -> None:
    student.new_file("last.py")
    folder, address = student.folder(server.data), student.page.url
    student.editor("last.py").click()
    student.page.keyboard.type("the last word")
    student.page.get_by_test_id("account").click()
    student.page.get_by_test_id("sign-out").click()
    expect(student.button("Sign in")).to_be_visible()
    student.wait(lambda: (folder / "last.py").read_text() == "the last word", "text in the file")
    student.page.goto(address)
    expect(student.button("Sign in")).to_be_visible()
    assert student.page.evaluate("() => indexedDB.databases()") == []


def test_signing_out_without_the_server_keeps_what_was_typed(student: Student, context: BrowserContext) -> None:
    student.new_file("kept.py")
    student.page.route("**/api/logout", lambda route: route.abort())
    student.page.get_by_test_id("account").click()
    student.page.get_by_test_id("sign-out").click()
    expect(student.page.get_by_test_id("toast")).to_contain_text("you are still signed in here")
    student.page.keyboard.press("Escape")
    student.editor("kept.py").click()
    student.page.keyboard.type("print('still here')")
    student.run()
    student.sees("still here")
