"""Files, saving as a fact, and a teacher who looks."""

from playwright.sync_api import StorageState, expect

from tests.browser.conftest import Visit
from tests.browser.student import Student, signed_in
from tests.browser.wires import proxy_to
from tools.demo_server import DemoServer


def act_on(student: Student, name: str, act: str) -> None:
    """Choose from the menu of a file."""
    student.file(name).hover()
    student.button(f"Actions for {name}").click()
    student.button(act).last.click()


def test_make_rename_and_delete_with_undo(student: Student, second_window: Student, server: DemoServer) -> None:
    """Folders too; another window sees all of it."""
    other = second_window
    folder = student.folder(server.data)
    student.button("New folder").click()
    student.page.get_by_role("textbox", name="Name of the new folder").fill("week1")
    student.page.keyboard.press("Enter")
    act_on(student, "week1", "New file")
    student.page.get_by_role("textbox", name="Name of the new file").fill("inner.py")
    student.page.keyboard.press("Enter")
    expect(student.editor("week1/inner.py")).to_be_visible()
    student.write("week1/inner.py", "print('inner')\n")
    act_on(student, "inner.py", "Rename")
    student.page.get_by_role("textbox", name="New name for inner.py").fill("moved.py")
    student.page.keyboard.press("Enter")
    expect(student.editor("week1/moved.py")).to_be_visible()
    assert (folder / "week1" / "moved.py").read_text() == "print('inner')\n"
    student.run()
    student.sees("inner")
    other.file("week1").click()
    expect(other.file("moved.py")).to_be_visible()
    act_on(student, "moved.py", "Delete")
    expect(student.file("moved.py")).to_have_count(0)
    student.button("Undo").click()
    expect(student.file("moved.py")).to_be_visible()
    expect(student.editor("week1/moved.py")).to_be_visible()
    assert (folder / "week1" / "moved.py").exists()


def test_what_is_deleted_lies_in_the_bin(student: Student, server: DemoServer) -> None:
    """It is gone from the tree and from programs at once, and comes back from the bin or goes for good."""
    folder = student.folder(server.data)
    act_on(student, "raises.py", "Delete")
    expect(student.said).to_contain_text("raises.py is in the bin.")
    student.wait(lambda: not (folder / "raises.py").exists(), "end of raises.py")
    student.button("More for files").click()
    student.button("Bin…").click()
    bin_ = student.page.get_by_role("dialog", name="Bin")
    expect(bin_.get_by_test_id("bin")).to_contain_text("30 days left")
    bin_.get_by_role("checkbox", name="raises.py").check()
    bin_.get_by_role("button", name="Restore").click()
    expect(bin_).to_contain_text("The bin is empty.")
    student.page.keyboard.press("Escape")
    expect(student.file("raises.py")).to_be_visible()
    assert (folder / "raises.py").exists()
    act_on(student, "raises.py", "Delete")
    student.button("More for files").click()
    student.button("Bin…").click()
    bin_.get_by_role("button", name="Empty the bin").click()
    bin_.get_by_role("button", name="Delete 1 thing for good").click()
    expect(bin_).to_contain_text("The bin is empty.")
    assert list((server.data / "workspaces" / ".bin" / student.workspace).iterdir()) == []


def test_files_that_a_program_makes_and_takes_away(student: Student) -> None:
    """They come and go in the tree by themselves; an open file that was deleted keeps its text until it is kept again."""
    student.new_file("notes.txt", "my notes")
    expect(student.save_state).to_contain_text("Saved")
    maker = "import os\nopen('made.txt', 'w').write('by a program')\nos.remove('notes.txt')\n"
    student.start("maker.py", maker)
    expect(student.file("made.txt")).to_be_visible()
    expect(student.file("notes.txt")).to_have_count(0)
    student.open("made.txt")
    expect(student.page.locator(".cm-content")).to_have_text("by a program")
    student.page.get_by_test_id("tabs").get_by_role("button", name="notes.txt", exact=True).click()
    expect(student.page.get_by_text("notes.txt was deleted. Its text is still here.")).to_be_visible()
    student.button("Keep it as a file").click()
    expect(student.file("notes.txt")).to_be_visible()
    assert student.code == "my notes"


def test_a_program_that_writes_an_open_file_shows_in_the_editor(student: Student) -> None:
    student.new_file("shared.txt", "before")
    student.start("writer.py", "open('shared.txt', 'w').write('after')\n")
    student.sees_prompt()
    student.open("shared.txt")
    expect(student.page.locator(".cm-content")).to_have_text("after")


def test_saving_is_a_fact(visit: Visit, link: str, server: DemoServer) -> None:
    """Every pause saves; offline the text stays here and says so; back online it is saved."""
    with proxy_to(server.origin) as proxy:
        context = signed_in(visit(), link)
        student = Student(context.new_page())
        student.page.goto(proxy.origin)
        student.wait_ready()
        student.new_file("fact.py", "x = 1\n")
        expect(student.save_state).to_contain_text("Saved")
        path = student.folder(server.data) / "fact.py"
        student.wait(lambda: path.read_text() == "x = 1\n", "saved text")
        proxy.cut()
        expect(student.connection).to_contain_text("Offline")
        student.write("fact.py", "x = 2\n")
        expect(student.save_state).to_have_text("Offline, keeping your text here")
        student.run()
        expect(student.said.first).to_contain_text("You are offline.")
        proxy.mend()
        expect(student.save_state).to_contain_text("Saved")
        student.wait(lambda: path.read_text() == "x = 2\n", "saved text")
        context.close()


def test_course_files_are_read_only_and_can_be_copied(student: Student) -> None:
    student.page.get_by_role("treeitem", name="welcome.md").click()
    preview = student.page.get_by_test_id("preview")
    expect(preview.get_by_role("heading", name="Welcome")).to_be_visible()
    student.page.get_by_test_id("toggle-text").click()
    expect(student.editor("welcome.md")).to_have_attribute("aria-readonly", "true")
    student.page.get_by_test_id("copy-here").click()
    expect(student.file("welcome.md")).to_be_visible()
    expect(student.said.first).to_contain_text("A copy of welcome.md is in your files.")


def test_a_teacher_reads_a_students_files_and_sees_the_run(
    student: Student, visit: Visit, teacher: StorageState
) -> None:
    """Read-only: nothing can be typed, made or run; what the student's program prints is seen as it comes."""
    student.start("mine.py", "name = input('Name? ')\nprint('Hello', name)\n")
    student.sees("Name?")
    watcher = Student(visit(storage_state=teacher).new_page())
    watcher.page.goto("/class")
    watcher.page.locator(f'a[href="/w/{student.workspace}"]').click()
    expect(watcher.page.get_by_text("You are reading the files of Student")).to_be_visible()
    watcher.open("mine.py")
    watcher.sees("Name?")
    watcher.editor("mine.py").click()
    watcher.page.keyboard.type("nothing")
    watcher.type("nothing\n")
    expect(watcher.run_button).to_have_count(0)
    expect(watcher.stop_button).to_have_count(0)
    expect(watcher.button("New file")).to_have_count(0)
    student.type("Ada\n")
    watcher.sees("Hello Ada")
    assert "nothing" not in watcher.code + student.code + watcher.shown()
