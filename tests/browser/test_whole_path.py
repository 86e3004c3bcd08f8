"""The whole path of a student, in a real browser against a real sandbox."""

import time

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.student import PATIENCE, SECOND, Student

STREAMING = """\
from pathlib import Path
import os

print("first line", flush=True)
while not os.path.exists("go"):
    pass
print("second line")
"""

ASKING = 'name = input("Your name? ")\nprint("Hello,", name)\n'
PLOTTING = "import matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.title('Squares')\nplt.show()\nprint('drawn')\n"
ENDLESS = "numbers = 42\nprint('round and round')\nwhile True:\n    pass\n"
COUNTING = """\
import os
n = 0
print("counting", flush=True)
while not os.path.exists("enough"):
    pass
for n in range(400):
    print("line", n)
print("all counted")
"""


def test_type_run_and_see(student: Student) -> None:
    student.new_file("typed.py")
    student.editor("typed.py").click()
    student.page.keyboard.type("print(6 * 7)")
    student.run()
    student.sees("42")
    student.sees_prompt()


def test_output_streams(student: Student) -> None:
    """The first line is in the page before the second is printed: the program waits for a file made after it was seen."""
    student.new_file("streaming.py", STREAMING)
    student.run()
    student.sees("first line")
    assert "second line" not in student.shown()
    student.new_file("go")
    student.open("streaming.py")
    student.sees("second line")


def test_input_is_answered(student: Student) -> None:
    student.new_file("asking.py", ASKING)
    student.run()
    student.sees("Your name?")
    student.type("Ada\n")
    student.sees("Hello, Ada")


def test_a_plot_appears(student: Student) -> None:
    student.new_file("plotting.py", PLOTTING)
    student.run()
    expect(student.plots.first).to_be_visible(timeout=PATIENCE * SECOND)
    loaded = "image => image.complete && image.naturalWidth > 0"
    student.wait(lambda: bool(student.plots.first.evaluate(loaded)), PATIENCE, "a loaded picture")


def test_the_prompt_has_the_variables(student: Student) -> None:
    student.new_file("variables.py", "answer = 6 * 7\n")
    student.run()
    student.sees_prompt()
    student.type("answer + 1\n")
    student.sees("43")


def test_an_endless_loop_is_stopped(student: Student) -> None:
    student.new_file("endless.py", ENDLESS)
    student.run()
    student.sees("round and round")
    start = time.monotonic()
    student.stop_button.click()
    student.sees_prompt()
    assert time.monotonic() - start < 2.0
    student.type("numbers\n")
    student.sees("42")


def test_an_error_leaves_the_prompt(student: Student) -> None:
    student.new_file("failing.py", "before = 1\nprint(1 / 0)\n")
    student.run()
    student.sees("ZeroDivisionError")
    student.sees_prompt()
    student.type("before\n")
    student.sees(">>> before")
    expect(student.page.get_by_text("Your program stopped on line 2")).to_be_visible()


def test_a_reload_in_the_middle_loses_nothing(student: Student) -> None:
    student.new_file("counting.py", COUNTING)
    student.run()
    student.sees("counting")
    student.page.reload()
    student.wait_ready()
    student.open("counting.py")
    student.sees("counting")
    student.new_file("enough")
    student.open("counting.py")
    student.sees("all counted")
    assert lines_of(student) == [f"line {n}" for n in range(400)]


def test_a_second_tab_sees_the_same(student: Student, context: BrowserContext) -> None:
    student.new_file("twice.py", 'print("in both tabs")\nname = input("Who? ")\nprint("it was", name)\n')
    student.run()
    student.sees("Who?")
    other = Student(context.new_page())
    other.page.goto("/")
    other.wait_ready()
    other.open("twice.py")
    other.sees("in both tabs")
    other.type("tab two\n")
    other.sees("it was tab two")
    student.sees("it was tab two")


def test_a_lost_connection_loses_nothing(student: Student, context: BrowserContext) -> None:
    """Offline cuts the socket too; what was printed meanwhile arrives when the network is back."""
    student.new_file("offline.py", COUNTING.replace("enough", "enough-2"))
    student.run()
    student.sees("counting")
    context.set_offline(True)
    expect(student.page.get_by_text("Offline").first).to_be_visible(timeout=PATIENCE * SECOND)
    other_context = student.page.context.browser
    assert other_context is not None
    context.set_offline(False)
    student.new_file("enough-2")
    student.open("offline.py")
    student.sees("all counted", within=40)
    assert lines_of(student) == [f"line {n}" for n in range(400)]


def lines_of(student: Student) -> list[str]:
    """Every counted line that the console holds, scrollback included: copied, as a student would."""
    student.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    student.page.get_by_role("button", name="Copy output").click()
    text = str(student.page.evaluate("() => navigator.clipboard.readText()"))
    return [line.strip() for line in text.splitlines() if line.startswith("line ")]


@pytest.mark.parametrize("press", ["F5", "Control+Enter"])
def test_keys_run(student: Student, press: str) -> None:
    name = f"key_{press[:2]}.py"
    student.new_file(name, f"print('by ' + {press!r})\n")
    student.page.keyboard.press(press)
    student.sees(f"by {press}")
