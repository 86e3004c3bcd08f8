"""Reload, second tabs, lost connections and a killed server: every byte is there once, or a gap names what is missing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Visit
from tests.browser.student import Student, signed_in
from tests.browser.wires import Proxy, proxy_to
from tools.demo_server import DemoServer, demo_server

COUNTING = """\
import os, time

n = 0
while not os.path.exists("enough"):
    print("line", n)
    n += 1
    time.sleep(0.004)
print("counted", n)
open("counted", "w").close()
answer = input("Your answer? ")
print("got", answer)
"""
FLOOD = """\
for n in range(2000):
    print("\\x1b[0m" * 500 + f"line {n}")
input("Done. ")
"""
"""Four megabytes that take 2,000 short lines: most bytes are colours."""


@pytest.fixture
def proxy(server: DemoServer) -> Iterator[Proxy]:
    with proxy_to(server.origin) as proxy:
        yield proxy


@pytest.fixture
def far_student(visit: Visit, link: str, server: DemoServer, proxy: Proxy) -> Student:
    """A student behind the proxy."""
    page = signed_in(visit(), link).new_page()
    page.goto(proxy.origin)
    student = Student(page)
    student.wait_ready()
    return student


def counted(student: Student) -> None:
    """Every line that the program says it printed is in the console, once, in order."""
    lines = student.whole_output()
    said = next(line for line in lines if line.startswith("counted"))
    assert [line for line in lines if line.startswith("line")] == [f"line {n}" for n in range(int(said.split()[1]))]


def test_a_reload_in_the_middle_of_a_run_loses_nothing(student: Student, server: DemoServer) -> None:
    student.start("counting.py", COUNTING)
    student.sees("line 20")
    student.page.reload()
    student.wait_ready()
    expect(student.state).to_contain_text("Running")
    student.sees("line")
    (student.folder(server.data) / "enough").touch()
    student.sees("Your answer?")
    counted(student)
    student.type("still here\n")
    student.sees("got still here")


def test_a_gap_names_what_is_missing(student: Student) -> None:
    """Two megabytes are kept: who comes later is told how much is gone, and gets all the rest."""
    student.start("flood.py", FLOOD)
    student.sees("Done.")
    student.page.reload()
    student.wait_ready()
    student.sees("Done.")
    lines = student.whole_output()
    gap = next(number for number, line in enumerate(lines) if re.match(r"… \d+ [kM]B of output are missing here", line))
    kept = [line for line in lines[gap + 1 :] if line.startswith("line")]
    assert len(kept) > 900
    assert kept == [f"line {n}" for n in range(2000 - len(kept), 2000)]


def test_a_second_tab_sees_the_same_and_may_answer_and_stop(student: Student, context: BrowserContext) -> None:
    student.start("twice.py", 'print("in both tabs")\nname = input("Who? ")\nprint("it was", name)\nwhile True: pass\n')
    student.sees("Who?")
    other = Student(context.new_page())
    other.page.goto("/")
    other.wait_ready()
    other.open("twice.py")
    other.sees("in both tabs")
    expect(other.state).to_contain_text("Waiting for you")
    other.type("tab two\n")
    other.sees("it was tab two")
    student.sees("it was tab two")
    other.stop_button.click()
    for tab in (student, other):
        tab.sees_prompt()
        expect(tab.state).to_contain_text("You stopped it.")


def test_typing_in_one_window_shows_in_the_other(student: Student, second_window: Student) -> None:
    student.new_file("shared.py", "first = 1\n")
    other = second_window
    other.open("shared.py")
    student.write("shared.py", "second = 2\n")
    expect(other.page.locator(".cm-content")).to_contain_text("second = 2")
    other.write("shared.py", "third = 3\n")
    expect(student.page.locator(".cm-content")).to_contain_text("third = 3")


def test_two_windows_type_at_once_and_undo_takes_back_ones_own(student: Student, second_window: Student) -> None:
    student.new_file("together.py", "start = 0\n")
    other = second_window
    other.open("together.py")
    expect(other.page.locator(".cm-content")).to_contain_text("start = 0")
    student.editor("together.py").click()
    student.page.keyboard.press("Control+Home")
    other.editor("together.py").click()
    other.page.keyboard.press("Control+End")
    for number in range(5):
        student.page.keyboard.type(f"a{number} ")
        other.page.keyboard.type(f"b{number} ")
    whole = "a0 a1 a2 a3 a4 start = 0\nb0 b1 b2 b3 b4"
    for tab in (student, other):
        tab.wait(lambda tab=tab: tab.code.strip() == whole, "text of both")
    while "a0" in student.code:
        student.page.keyboard.press("Control+z")
    for tab in (student, other):
        tab.wait(lambda tab=tab: tab.code.strip() == "start = 0\nb0 b1 b2 b3 b4", "text of the other alone")


def test_what_is_typed_in_two_places_is_merged_when_the_connection_is_back(
    far_student: Student, visit: Visit, server: DemoServer, proxy: Proxy
) -> None:
    """One tab is offline while both are typed in; no reload, no question, nothing lost and nothing twice."""
    far_student.new_file("both.py", "start = 0\n")
    expect(far_student.save_state).to_contain_text("Saved")
    near = Student(visit(storage_state=far_student.page.context.storage_state()).new_page())
    near.page.goto(server.origin)
    near.wait_ready()
    near.open("both.py")
    expect(near.page.locator(".cm-content")).to_contain_text("start = 0")
    proxy.cut()
    expect(far_student.connection).to_contain_text("Offline")
    far_student.editor("both.py").click()
    far_student.page.keyboard.press("Control+Home")
    far_student.page.keyboard.type("far = 1\n")
    expect(far_student.save_state).to_contain_text("Offline, kept in this browser: ")
    near.editor("both.py").click()
    near.page.keyboard.press("Control+End")
    near.page.keyboard.type("near = 2\n")
    expect(near.save_state).to_contain_text("Saved")
    proxy.mend()
    whole = "far = 1\nstart = 0\nnear = 2"
    for tab in (far_student, near):
        tab.wait(lambda tab=tab: tab.code.strip() == whole, "text of both")
        expect(tab.save_state).to_contain_text("Saved")
    file = far_student.folder(server.data) / "both.py"
    far_student.wait(lambda: file.read_text().strip() == whole, "text in the file")


def test_a_program_that_rewrites_what_is_typed_in_is_merged(student: Student, server: DemoServer) -> None:
    student.new_file("shared.txt", "first\n")
    expect(student.save_state).to_contain_text("Saved")
    student.start("appends.py", "input('go? ')\nopen('shared.txt', 'a').write('by a program\\n')\n")
    student.sees("go?")
    student.open("shared.txt")
    student.editor("shared.txt").click()
    student.page.keyboard.press("Control+Home")
    student.page.keyboard.type("typed\n")
    student.type("\n")
    student.wait(lambda: student.code.strip() == "typed\nfirst\nby a program", "merged text")
    file = student.folder(server.data) / "shared.txt"
    student.wait(lambda: file.read_text().strip() == "typed\nfirst\nby a program", "merged text in the file")


def test_a_lost_connection_in_the_middle_of_a_run_loses_nothing(
    far_student: Student, server: DemoServer, proxy: Proxy
) -> None:
    """What is printed and typed while the network is away arrives once, and in order."""
    far_student.start("counting.py", COUNTING)
    far_student.sees("line 20")
    proxy.cut()
    expect(far_student.connection).to_contain_text("Offline")
    folder = far_student.folder(server.data)
    (folder / "enough").touch()
    far_student.wait((folder / "counted").exists, "end of counting")
    far_student.type("typed while away\n")
    proxy.mend()
    expect(far_student.connection).to_have_count(0)
    far_student.sees("got typed while away")
    counted(far_student)


def test_a_network_that_swallows_everything_is_noticed(
    visit: Visit, link: str, server: DemoServer, proxy: Proxy
) -> None:
    """Nobody is told that the connection is dead: the page finds out by its unanswered pings, and tries again by itself."""
    page = signed_in(visit(), link).new_page()
    page.clock.install()
    page.goto(proxy.origin)
    student = Student(page)
    student.wait_ready()
    student.start("counting.py", COUNTING)
    student.sees("line 20")
    proxy.swallow()
    for _ in range(4):
        page.clock.fast_forward(16_000)
    expect(student.connection).to_be_visible()
    folder = student.folder(server.data)
    (folder / "enough").touch()
    student.wait((folder / "counted").exists, "end of counting")
    page.clock.fast_forward(20_000)  # into the hole again
    proxy.mend()
    for _ in range(3):
        page.clock.fast_forward(16_000)
    expect(student.connection).to_have_count(0)
    student.sees("Your answer?")
    counted(student)


@pytest.mark.long
def test_a_killed_server_costs_no_work(visit: Visit, tmp_path: Path) -> None:
    """After kill -9 and a new start: the run is lost and the page says so; saved and unsaved text is all there."""
    data = tmp_path / "school"
    with demo_server(data) as first:
        port = int(first.origin.rsplit(":", 1)[1])
        context = signed_in(visit(base_url=first.origin), first.links["Ada Lovelace (student)"])
        student, leaving = Student(context.new_page()), Student(context.new_page())
        for tab in (student, leaving):
            tab.page.goto("/")
            tab.wait_ready()
        leaving.new_file("leaving.py", "saved = 1\n")
        expect(leaving.save_state).to_contain_text("Saved")
        student.start("running.py", "print('at work')\nwhile True:\n    pass\n")
        student.sees("at work")
        first.process.kill()
        expect(student.connection).to_contain_text("Offline")
        student.write("running.py", "unsaved = 'typed while the server was dead'\n")
        expect(student.save_state).to_contain_text("Offline, kept in this browser: ")
        expect(leaving.connection).to_contain_text("Offline")
        leaving.write("leaving.py", "unsaved = 2\n")
        expect(leaving.save_state).to_contain_text("Offline, kept in this browser: ")
        leaving.page.close(run_before_unload=True)
    with demo_server(data, port=port):
        expect(student.connection).to_have_count(0)
        expect(student.state).to_contain_text("Your files are safe; press Run again.")
        expect(student.save_state).to_contain_text("Saved")
        file = student.folder(data) / "running.py"
        student.wait(lambda: "typed while the server was dead" in file.read_text(), "text in the file")
        student.write("running.py", "print('works again')\n")
        student.run()
        student.sees("works again")
        back = Student(context.new_page())
        back.page.goto("/")
        back.wait_ready()
        back.open("leaving.py")
        expect(back.page.locator(".cm-content")).to_contain_text("unsaved = 2")
        expect(back.save_state).to_contain_text("Saved")
        kept = student.folder(data) / "leaving.py"
        student.wait(lambda: kept.read_text() == "unsaved = 2\n", "text in the file")
