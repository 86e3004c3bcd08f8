"""What the server refuses is told in the page, in a sentence with the remedy."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Ask, Visit
from tests.browser.student import Student
from tools.demo_server import DemoServer


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("CON.py", "“CON.py” cannot be a name."),
        ("a" * 201 + ".py", "cannot be a name."),
        ("../out.py", "cannot be a name."),
        ("main.py", "There is already something called main.py."),
    ],
)
def test_names(student: Student, name: str, answer: str) -> None:
    student.button("New file").click()
    student.page.get_by_role("textbox", name="Name of the new file").fill(name)
    student.page.keyboard.press("Enter")
    expect(student.said).to_contain_text(answer)


def test_a_text_that_is_too_large_is_not_saved_and_says_why(student: Student) -> None:
    student.new_file("large.txt")
    student.editor("large.txt").click()
    student.page.keyboard.insert_text("x" * 2_100_000)
    expect(student.save_state).to_contain_text("This text is larger than 2 MB. Make it shorter to save it.")
    expect(student.button("Retry")).to_be_visible()


def test_a_file_that_is_no_text_and_one_that_is_gone(student: Student, server: DemoServer) -> None:
    folder = student.folder(server.data)
    (folder / "binary.txt").write_bytes(bytes(range(256)))
    (folder / "gone.txt").write_text("soon gone")
    student.page.reload()
    student.wait_ready()
    student.file("binary.txt").click()
    expect(student.page.get_by_test_id("preview")).to_contain_text("binary.txt is not a text file.")
    (folder / "gone.txt").unlink()
    student.file("gone.txt").click()
    expect(student.page.get_by_role("alert")).to_contain_text("gone.txt could not be opened: This file does not exist")


def test_what_one_may_not_see_is_not_there(student: Student, visit: Visit) -> None:
    student.page.goto("/w/" + "0" * 32)
    expect(student.page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
    student.page.goto("/no/such/page")
    expect(student.page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()


def test_a_login_that_ended_leads_to_the_door(student: Student, context: BrowserContext, server: DemoServer) -> None:
    """Signed out in another tab, or by time: the page says sign in, at once."""
    context.request.post("/api/logout", headers={"x-pythonide": "1", "origin": server.origin})
    expect(student.button("Sign in")).to_be_visible()


def test_a_full_server_says_so_at_run(student: Student, server: DemoServer, ask: Ask) -> None:
    """Sixteen live runs are all a person may have, those in the queue included."""
    student.start("first.py", "print('fine')\n")
    student.sees("fine")
    student.sees_prompt()
    runs: list[str] = []
    for number in range(15):
        name = f"wait{number}.py"
        (student.folder(server.data) / name).write_text("input()\n")
        started = {"arguments": [], "seen": {}, "columns": 80, "rows": 24}
        runs.append(ask("run.start", workspace=student.workspace, path=name, **started)["run"])
    student.open("main.py")
    student.run()
    expect(student.said.first).to_contain_text("Run did not start: You have too many programs open.")
    for run in runs:
        ask("run.stop", run=run)


def test_wrong_passwords_and_too_many_tries(visit: Visit) -> None:
    page = visit().new_page()
    page.goto("/")
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("not the password")
    for answer in ["Name or password is not right."] * 5 + ["Too many tries. Wait a minute"]:
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()
        expect(page.get_by_role("alert")).to_contain_text(answer)


def test_a_server_that_does_not_answer_is_said_at_the_door(visit: Visit) -> None:
    page = visit().new_page()
    page.goto("/")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("whatever it is")
    page.context.set_offline(True)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer. Check the network")


def test_too_many_open_pages(context: BrowserContext, student: Student, crowd: None) -> None:
    """A person may have two dozen pages open; the next says so instead of pretending to be offline."""
    next_one = Student(context.new_page())
    next_one.page.goto(student.page.url)
    expect(next_one.connection).to_contain_text("Too many pages are open. Close another one.")
