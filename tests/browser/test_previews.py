"""Previews in a real browser: every kind shows, follows what programs write, and nothing of a file acts."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.preview_files import BROKEN, HOSTILE, KINDS, PNG
from tests.browser.student import Student, signed_in
from tests.browser.test_accessible import LOOKS, Auditor, go
from tools.demo_server import DemoServer

ROWS = 100_000
MOST_ELEMENTS = 1_500


def put(student: Student, server: DemoServer, files: Mapping[str, bytes]) -> None:
    """Lay files into the student's folder, and come back."""
    lay(student.folder(server.data), files)
    student.page.goto("/")
    student.wait_ready()


def lay(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files that belong to whom the folder belongs to, so that the student's programs may write them too."""
    owner = folder.stat()
    for name, body in files.items():
        (folder / name).write_bytes(body)
        os.chown(folder / name, owner.st_uid, owner.st_gid)


def preview(student: Student) -> Locator:
    return student.page.get_by_test_id("preview").first


def show(student: Student, name: str) -> Locator:
    student.file(name).click()
    return preview(student)


def cells(student: Student) -> list[str]:
    return [cell for cell in student.page.get_by_role("gridcell").all_inner_texts() if cell]


def test_every_kind_shows(student: Student, server: DemoServer) -> None:
    put(student, server, {name: body for name, (body, _) in KINDS.items()})
    for name, (_, words) in KINDS.items():
        expect(show(student, name)).to_contain_text(words)
    show(student, "notes.md")
    expect(preview(student).locator(".katex-mathml").first).to_be_attached()
    expect(preview(student).get_by_role("img", name="a plot")).to_have_js_property("naturalWidth", 96)


def test_what_is_broken_is_named(student: Student, server: DemoServer) -> None:
    put(student, server, {name: body for name, (body, _) in BROKEN.items()})
    for name, (_, words) in BROKEN.items():
        expect(show(student, name)).to_contain_text(words)
    os.truncate(student.folder(server.data) / "not.png", 70_000_000)
    student.page.goto("/")
    student.wait_ready()
    expect(show(student, "not.png")).to_contain_text("not.png is too large to be shown")


@pytest.mark.parametrize("walls", ["both", "without the policy"])
def test_nothing_of_a_file_acts(browser: Browser, server: DemoServer, link: str, walls: str) -> None:
    """No script runs, nothing is fetched from elsewhere, no element of the page is hidden or gone; also where no policy would stop it."""
    context = signed_in(browser.new_context(base_url=server.origin, bypass_csp=walls != "both"), link)
    student = Student(context.new_page())
    student.page.goto("/")
    student.wait_ready()
    foreign: list[str] = []
    context.on("request", lambda asked: foreign.append(asked.url))
    put(student, server, {name: body for name, (body, _) in HOSTILE.items()})
    for name, (_, words) in HOSTILE.items():
        shown = show(student, name)
        expect(shown).to_contain_text(words)
        for aim in shown.locator("a").all():
            assert (aim.get_attribute("href") or "").startswith(("http", "/api/files/")) or not aim.get_attribute(
                "href"
            )
        assert (
            shown.locator(
                "script, iframe, style, form, object, embed, base, svg [onload], [onerror], [onclick], #app"
            ).count()
            == 0
        )
        assert student.page.evaluate("() => [window.planted, ({}).planted, document.body.style.display]") == [
            None,
            None,
            "",
        ]
        expect(student.run_button).to_be_visible()
    assert [url for url in foreign if not url.startswith((server.origin, "data:", "blob:"))] == []
    context.close()


def test_an_svg_is_a_picture_without_an_origin(browser: Browser, student: Student, server: DemoServer) -> None:
    """Also when it is opened in a tab of its own."""
    put(student, server, {"act.svg": HOSTILE["act.svg"][0]})
    source = show(student, "act.svg").get_by_role("img").get_attribute("src") or ""
    assert source.startswith("data:image/svg+xml;base64,")
    tab = browser.new_page()
    tab.goto(source)
    assert tab.evaluate("() => self.origin") == "null"
    tab.close()


def many_rows() -> bytes:
    lines = (f'{n},"line one\nof {n}",{n * 7919 % 1000 / 10},2020-01-{1 + n % 28:02d}' for n in range(ROWS))
    return ("number,text,value,day\n" + "\n".join(lines) + "\n").encode()


def test_a_large_table_is_scrolled_sorted_and_filtered_with_few_elements(student: Student, server: DemoServer) -> None:
    put(student, server, {"large.csv": many_rows()})
    page = student.page
    show(student, "large.csv")
    count = page.get_by_test_id("row-count")
    expect(count).to_have_text("100,000 rows, 4 columns")
    grid = page.get_by_role("grid")
    expect(grid).to_have_attribute("aria-rowcount", str(ROWS + 1))
    for share in (0, 0.3, 0.77, 1):
        row = page.evaluate(
            """async share => {
                const grid = document.querySelector('[role=grid]')
                grid.scrollTop = share * grid.scrollHeight
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
                return document.querySelectorAll('[data-testid=preview] *').length
            }""",
            share,
        )
        assert row < MOST_ELEMENTS
        expect(page.get_by_role("gridcell").first).not_to_be_empty()
    expect(page.get_by_role("gridcell", name=f"{ROWS - 1}", exact=True)).to_be_visible()
    grid.focus()
    page.keyboard.press("Control+Home")
    expect(page.get_by_role("gridcell", name="0", exact=True).first).to_be_visible()
    page.get_by_title("Sort by value").click()
    page.get_by_title("Sort by value").click()
    expect(page.get_by_role("columnheader", name="value")).to_have_attribute("aria-sort", "descending")
    student.wait(lambda: "99.9" in cells(student)[:8], "the largest first")
    page.get_by_test_id("filter").click()
    page.get_by_label("Show rows by number").fill("10..12")
    expect(count).to_have_text("3 rows of 100,000")
    page.get_by_label("Show rows by text").fill("of 11")
    expect(count).to_have_text("1 row of 100,000")
    page.get_by_role("gridcell", name=re.compile("line one")).click()
    expect(page.get_by_test_id("cell-detail")).to_contain_text("line one\nof 11")


def test_a_grid_is_used_by_keys_alone(student: Student, server: DemoServer) -> None:
    put(student, server, {"people.csv": KINDS["people.csv"][0]})
    show(student, "people.csv")
    grid = student.page.get_by_role("grid")
    grid.focus()
    student.page.keyboard.press("ArrowDown")
    student.page.keyboard.press("ArrowRight")
    detail = student.page.get_by_test_id("cell-detail")
    expect(detail).to_contain_text('two\nlines "here"')
    active = student.page.locator(f"[id='{grid.get_attribute('aria-activedescendant')}']")
    expect(active).to_have_role("gridcell")
    expect(active).to_have_attribute("aria-colindex", "3")
    student.page.keyboard.press("Control+End")
    expect(detail).to_contain_text("2001-05-05")


def test_beside_the_code_a_table_follows_the_program(student: Student, server: DemoServer) -> None:
    put(student, server, {"result.csv": b"n\n1\n", "plot.png": b""})
    page = student.page
    show(student, "result.csv")
    expect(page.get_by_role("gridcell", name="1", exact=True)).to_be_visible()
    page.get_by_test_id("beside").click()
    expect(page.get_by_role("tab", name="Preview")).to_have_attribute("aria-selected", "true")
    expect(student.editor("main.py")).to_be_visible()
    student.start("writer.py", "with open('result.csv', 'w') as file:\n    file.write('n\\n41\\n42\\n')\n")
    page.get_by_role("tab", name="Preview").click()
    expect(page.get_by_role("gridcell", name="42", exact=True)).to_be_visible()
    expect(page.get_by_test_id("row-count")).to_have_text("2 rows, 1 column")
    page.get_by_role("button", name="Close the preview").click()
    expect(page.get_by_role("tab", name="Preview")).to_have_count(0)
    expect(show(student, "plot.png")).to_contain_text("plot.png is empty")
    student.start("drawer.py", f"open('plot.png', 'wb').write({PNG!r})\n")
    expect(show(student, "plot.png")).to_contain_text("96 × 96 pixels")


def test_text_and_preview_are_the_same_file(student: Student) -> None:
    student.new_file("a.txt")
    page = student.page
    student.button("New file").click()
    page.get_by_role("textbox", name="Name of the new file").fill("page.md")
    page.keyboard.press("Enter")
    expect(preview(student)).to_contain_text("page.md is empty")
    page.get_by_test_id("toggle-text").click()
    student.write("page.md", "# Written by me")
    page.get_by_test_id("toggle-text").click()
    expect(preview(student).get_by_role("heading", name="Written by me")).to_be_visible()


def test_a_notebook_becomes_a_script_and_an_old_text_utf8(student: Student, server: DemoServer) -> None:
    put(student, server, {name: KINDS[name][0] for name in ("study.ipynb", "old.txt")})
    show(student, "study.ipynb").get_by_test_id("as-script").click()
    expect(student.editor("study.py")).to_contain_text("print(6 * 7)")
    student.run()
    student.sees("42")
    show(student, "old.txt").get_by_test_id("to-utf8").click()
    expect(student.editor("old UTF-8.txt")).to_contain_text("Größe: 5 €")
    assert (student.folder(server.data) / "old UTF-8.txt").read_text(encoding="utf-8") == "Größe: 5 €\nétudes\n"


def test_a_picture_is_made_larger_by_key(student: Student, server: DemoServer) -> None:
    put(student, server, {"plot.png": PNG})
    picture = show(student, "plot.png").get_by_role("img")
    expect(picture).to_have_js_property("width", 96)
    student.page.get_by_role("group", name=re.compile("^Picture")).focus()
    for sign in "1++":
        student.page.keyboard.press(sign)
    expect(picture).to_have_js_property("width", 192)
    student.page.keyboard.press("0")
    expect(picture).to_have_js_property("width", 96)


def test_sheets_of_a_workbook(student: Student, server: DemoServer) -> None:
    put(student, server, {"marks.xlsx": KINDS["marks.xlsx"][0]})
    expect(show(student, "marks.xlsx")).to_contain_text("1.3")
    student.page.get_by_label("Sheet").select_option("Notes")
    expect(preview(student)).to_contain_text("second sheet")


@pytest.mark.parametrize("look", list(LOOKS))
def test_axe_finds_nothing_in_previews(visit: Visit, link: str, server: DemoServer, look: str) -> None:
    context = signed_in(visit(**LOOKS[look]), link)
    page: Page = context.new_page()
    page.goto("/")
    student = Student(page)
    expect(student.editor("")).to_be_visible()
    files = KINDS | BROKEN
    lay(student.folder(server.data), {name: body for name, (body, _) in files.items()})
    page.goto("/")
    expect(student.editor("")).to_be_visible()
    audit = Auditor(page, colours_only=look == "dark")
    for name, (_, words) in files.items():
        go(student, "Files")
        student.file(name).click()
        go(student, "Code")
        expect(preview(student)).to_contain_text(words)
        audit.look_at(name)
    go(student, "Files")
    student.file("people.csv").click()
    go(student, "Code")
    page.get_by_test_id("filter").click()
    page.get_by_role("gridcell", name="Bo", exact=True).click()
    audit.look_at("filter and cell")
    assert audit.found == {}
