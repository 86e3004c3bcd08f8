"""The explorer's gestures: many at once, dragging, uploads that resume, archives, pasted pictures, thousands of files."""

import io
import os
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Visit
from tests.browser.student import Student, signed_in
from tests.browser.test_accessible import LOOKS, Auditor, go
from tests.browser.test_files import act_on
from tools.demo_server import DemoServer

DROP = """([target, files]) => {
  const transfer = new DataTransfer()
  for (const [name, text] of files) transfer.items.add(new File([text], name))
  for (const type of ['dragover', 'drop'])
    target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }))
}"""
PASTE = """() => {
  const picture = Uint8Array.from(atob('iVBORw0KGgo='), (sign) => sign.charCodeAt(0))
  const transfer = new DataTransfer()
  transfer.items.add(new File([picture], 'image.png', { type: 'image/png' }))
  document.activeElement.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }))
}"""
MANY = 5000


def plant(folder: Path, *paths: str) -> None:
    """Put files there as the server would; the page sees them after its next act."""
    owner = folder.stat()
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)
        for made in (folder / path, *(folder / path).relative_to(folder).parents):
            os.chown(folder / made, owner.st_uid, owner.st_gid)


def reopened(student: Student) -> None:
    student.page.reload()
    student.wait_ready()


def chosen(student: Student) -> list[str]:
    return [str(row.get_attribute("aria-label")) for row in student.tree.locator("[aria-selected=true]").all()]


def shown_between(student: Student, first: str, last: str) -> list[str]:
    """Names of the rows from one to another, as they are shown."""
    names = [str(row.get_attribute("aria-label")) for row in student.tree.get_by_role("treeitem").all()]
    return names[names.index(first) : names.index(last) + 1]


def picked(page: Page, button: Locator, files: list[str | Path] | list[Path]) -> None:
    """Choose files in the browser's own dialog."""
    with page.expect_file_chooser() as chooser:
        button.click()
    chooser.value.set_files(files)


@pytest.fixture
def tidy(student: Student, server: DemoServer) -> Path:
    """A student with a few files more, and where they lie."""
    folder = student.folder(server.data)
    plant(folder, "lib/a.txt", "lib/b.txt", "one.txt", "three.txt", "two.txt")
    reopened(student)
    return folder


def test_choosing_by_mouse_and_by_keyboard(student: Student, tidy: Path) -> None:
    student.file("one.txt").click()
    student.file("two.txt").click(modifiers=["Shift"])
    assert chosen(student) == shown_between(student, "one.txt", "two.txt")
    student.file("three.txt").click(modifiers=["Control"])
    assert "three.txt" not in chosen(student)
    student.page.keyboard.press("Control+3")
    student.file("one.txt").click()
    student.file("one.txt").focus()
    student.page.keyboard.press("Shift+ArrowDown")
    assert len(chosen(student)) == 2
    student.page.keyboard.press("Delete")
    expect(student.said.first).to_contain_text("2 things are in the bin.")
    expect(student.file("one.txt")).to_have_count(0)
    student.button("Undo").click()
    expect(student.file("one.txt")).to_be_visible()
    assert (tidy / "one.txt").read_text() == "one.txt"


def test_dragging_moves_and_undo_moves_back(student: Student, tidy: Path) -> None:
    student.open("one.txt")
    student.file("one.txt").drag_to(student.file("lib"))
    expect(student.said.first).to_contain_text("one.txt is in lib now.")
    expect(student.editor("lib/one.txt")).to_be_visible()
    assert (tidy / "lib" / "one.txt").exists()
    student.button("Undo").click()
    expect(student.editor("one.txt")).to_be_visible()
    student.wait(lambda: (tidy / "one.txt").exists(), "the way back")


def test_moving_and_duplicating_without_dragging(student: Student, tidy: Path) -> None:
    student.file("one.txt").click()
    student.file("two.txt").click(modifiers=["Control"])
    student.button("Move to…").click()
    student.page.get_by_label("To which folder?").select_option("lib")
    student.button("Move").click()
    student.wait(lambda: (tidy / "lib" / "two.txt").exists(), "two.txt in lib")
    act_on(student, "lib", "Duplicate")
    expect(student.file("lib copy")).to_be_visible()
    assert (tidy / "lib copy" / "one.txt").read_text() == "one.txt"


def test_the_menu_by_keyboard(student: Student, tidy: Path) -> None:
    student.file("one.txt").focus()
    student.page.keyboard.press("Shift+F10")
    expect(student.button("Rename")).to_be_focused()
    student.page.keyboard.press("Enter")
    student.page.keyboard.type("named")
    student.page.keyboard.press("Enter")
    expect(student.file("named.txt")).to_be_visible()
    student.file("named.txt").focus()
    student.page.keyboard.press("t")
    expect(student.file("three.txt")).to_be_focused()
    student.page.keyboard.press("ContextMenu")
    student.page.keyboard.press("Escape")
    expect(student.file("three.txt")).to_be_focused()
    assert (tidy / "named.txt").exists()


def test_a_selection_comes_as_one_archive(student: Student, tidy: Path) -> None:
    student.file("lib").click(modifiers=["Control"])
    student.file("one.txt").click(modifiers=["Control"])
    with student.page.expect_download() as download:
        student.page.get_by_role("group", name="Actions for what is chosen").get_by_role(
            "button", name="Download"
        ).click()
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert set(archive.namelist()) == {"lib/", "lib/a.txt", "lib/b.txt", "one.txt"}


def test_dropped_and_picked_files_arrive_and_a_clash_is_asked_about(
    student: Student, tidy: Path, tmp_path: Path
) -> None:
    page = student.page
    page.evaluate(DROP, [student.file("lib").element_handle(), [["dropped.txt", "dropped"], ["a.txt", "new"]]])
    expect(page.get_by_test_id("uploads")).to_contain_text("1 file is there already")
    student.wait(lambda: (tidy / "lib" / "dropped.txt").exists(), "what was dropped")
    assert (tidy / "lib" / "dropped.txt").read_text() == "dropped"
    student.button("Replace").click()
    student.wait(lambda: (tidy / "lib" / "a.txt").read_text() == "new", "the new text")
    plant(tmp_path, "week1/deep/x.txt", "week1/y.txt")
    student.button("More for files").click()
    picked(page, student.button("Upload a folder…"), [tmp_path / "week1"])
    expect(student.file("week1")).to_be_visible()
    student.wait(lambda: (tidy / "week1" / "deep" / "x.txt").exists(), "the folder's files")


def test_an_upload_goes_on_after_a_broken_connection(student: Student, server: DemoServer, tmp_path: Path) -> None:
    """The line breaks in the middle; the page says so, and goes on where it was."""
    big = tmp_path / "big.bin"
    big.write_bytes(bytes(range(256)) * 40_000)
    page, sent, broken = student.page, list[str](), [True]

    def watch(route: Route) -> None:
        if broken[0] and len(sent) == 4:
            route.abort("connectionreset")
            return
        sent.append(route.request.url)
        route.continue_()

    page.route(re.compile("/api/uploads/"), watch)
    picked(page, student.button("Upload files…"), [big])
    panel = page.get_by_test_id("uploads")
    expect(panel).to_contain_text("Waits for the network")
    broken[0] = False
    expect(student.file("big.bin")).to_be_visible()
    expect(panel).to_contain_text("1 of 1 uploaded")
    assert (student.folder(server.data) / "big.bin").read_bytes() == big.read_bytes()
    assert len([url for url in sent if url.endswith("offset=0")]) == 1, "nothing was sent twice from the start"


def test_a_pasted_picture_becomes_a_file(student: Student, tidy: Path) -> None:
    student.file("one.txt").focus()
    student.page.evaluate(PASTE)
    expect(student.file("pasted picture.png")).to_be_visible()
    student.file("one.txt").focus()
    student.page.evaluate(PASTE)
    expect(student.file("pasted picture copy.png")).to_be_visible()
    assert (tidy / "pasted picture.png").read_bytes().startswith(b"\x89PNG")


def test_going_to_a_file_by_its_name(student: Student, tidy: Path) -> None:
    student.page.keyboard.press("Control+p")
    field = student.page.get_by_role("combobox", name="Part of the file’s name")
    expect(field).to_be_focused()
    field.fill("lib b")
    expect(student.page.get_by_role("option").first).to_contain_text("b.txt")
    student.page.keyboard.press("Enter")
    expect(student.editor("lib/b.txt")).to_be_visible()
    expect(student.file("b.txt")).to_be_visible()


def test_thousands_of_files_are_few_rows(student: Student, server: DemoServer) -> None:
    """Only what is in sight is drawn; the end is reached by one key, and a name is found at once."""
    folder = student.folder(server.data)
    plant(folder, *(f"data/{number:04}.txt" for number in range(MANY)))
    reopened(student)
    student.file("data").click()
    expect(student.file("0000.txt")).to_be_visible()
    assert student.tree.get_by_role("treeitem").count() < 100
    expect(student.file("0000.txt")).to_have_attribute("aria-setsize", str(MANY))
    student.file("data").focus()
    student.page.keyboard.press("End")
    expect(student.tree.locator("[tabindex='0']")).to_be_focused()
    student.page.keyboard.press("Home")
    expect(student.file("data")).to_be_focused()
    student.page.keyboard.press("Control+p")
    student.page.get_by_role("combobox").fill("4321")
    student.page.keyboard.press("Enter")
    expect(student.editor("data/4321.txt")).to_be_visible()
    assert student.tree.get_by_role("treeitem").count() < 100


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("CON", "Windows keeps"), ("a:b", "would not work everywhere"), ("MAIN.PY", "There is already")],
)
def test_a_name_that_is_refused_is_explained(student: Student, name: str, sentence: str) -> None:
    student.button("New file").click()
    student.page.get_by_role("textbox", name="Name of the new file").fill(name)
    student.page.keyboard.press("Enter")
    expect(student.said.first).to_contain_text(sentence)


@pytest.mark.parametrize("look", list(LOOKS))
def test_axe_finds_nothing_in_any_state_of_the_explorer(visit: Visit, link: str, server: DemoServer, look: str) -> None:
    student = Student(signed_in(visit(**LOOKS[look]), link).new_page())
    page = student.page
    page.goto("/")
    expect(student.editor("")).to_be_visible()
    plant(student.folder(server.data), "lib/a.txt", "one.txt", "two.txt")
    page.reload()
    expect(student.editor("")).to_be_visible()
    audit = Auditor(page)
    go(student, "Files")
    student.button("Actions for one.txt").click()
    audit.look_at("menu")
    student.button("Choose more").click()
    student.file("lib").click()
    audit.look_at("chosen")
    student.button("Move to…").click()
    audit.look_at("move")
    page.keyboard.press("Escape")
    student.page.get_by_role("group", name="Actions for what is chosen").get_by_role("button", name="Delete").click()
    student.button("More for files").click()
    audit.look_at("more")
    student.button("Bin…").click()
    expect(page.get_by_test_id("bin")).to_be_visible()
    audit.look_at("bin")
    page.keyboard.press("Escape")
    student.button("More for files").click()
    student.button("Go to file…").click()
    page.get_by_role("combobox").fill("di")
    audit.look_at("find")
    page.keyboard.press("Escape")
    page.evaluate(DROP, [student.file("two.txt").element_handle(), [["two.txt", "new"], ["CON", "x"]]])
    expect(page.get_by_test_id("uploads")).to_contain_text("1 file is there already")
    expect(page.get_by_test_id("uploads")).to_contain_text("Windows keeps")
    audit.look_at("uploads")
    assert not audit.found
