"""A table of a million rows in a real browser: until its first screen, sorted, filtered, scrolled, and the memory of it."""

import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Page, expect, sync_playwright

from benchmarks.figures import Report
from benchmarks.scale import Scale
from tests.browser.conftest import FLAGS
from tests.browser.student import Student, signed_in
from tools.demo_server import demo_server
from tools.test import find_browser

NAME = "large.csv"
NOTE = (
    "A CSV of {rows:,} rows and 8 columns ({size:.0f} MB) in headless Chromium, from the click on its name until rows are painted; then until it is read to its end. "
    "Browser, server and table share the processors. Memory is the PSS of the browser's renderer, beside that before the file was opened. Bar: first screen 1.5 s."
)
CALLED = ("Ashby", "Birchwater", "Corran", "Dunmere", "Eastley")
JUMPS = 60
SHOWN = "() => [...document.querySelectorAll('[role=gridcell]')].filter(cell => cell.textContent).length > 20"
LISTEN = """() => {
    const bar = document.querySelector('[data-testid=row-count]')
    window.said = []
    new MutationObserver(() => window.said.push(bar.textContent)).observe(bar, {characterData: true, subtree: true, childList: true})
}"""
SIDE = "right => document.querySelector('[role=grid]').scrollTo({left: right ? 99999 : 0})"
"""Columns that are not in view are not in the page."""
ARRANGED = "() => said.some(text => text.includes('…')) && !said.at(-1).includes('…')"
WALK = """async ([steps]) => {
    const grid = document.querySelector('[role=grid]'), late = [], end = grid.scrollHeight
    let most = 0
    for (let step = 0; step < steps; step++) {
        const began = performance.now()
        grid.scrollTop = (step * 7919 % steps) / steps * end
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
        late.push(performance.now() - began)
        most = Math.max(most, document.querySelectorAll('[data-testid=preview] *').length)
    }
    return {late, most}
}"""


def table(rows: int) -> bytes:
    """Return the file: numbers, dates, words, quotes and line ends within them, the same at every call."""
    lines = ["id,date,town,temperature,rain_mm,station,checked,remark"]
    for row in range(rows):
        mixed = row * 2654435761 % 1_000_003
        remark = f'"wind, {mixed % 90}\nthen calm"' if row % 100 == 0 else f"remark {mixed}"
        lines.append(
            f"{row},20{10 + row % 16}-0{1 + row % 9}-1{row % 10},{CALLED[mixed % 5]},{mixed % 4000 / 100 - 8:.2f},"
            f"{mixed % 140 / 10},S{mixed % 9973:04d},{'true' if mixed % 3 else 'false'},{remark}"
        )
    return "\n".join(lines).encode() + b"\n"


@dataclass(frozen=True)
class Looker:
    """A student with a page, and what the browser says of itself."""

    student: Student
    session: CDPSession
    folder: Path

    @property
    def page(self) -> Page:
        """The page."""
        return self.student.page

    def memory(self) -> float:
        """Return the MB that the largest renderer holds."""
        found = self.session.send("SystemInfo.getProcessInfo")["processInfo"]
        return max(_pss(one["id"]) for one in found if one["type"] == "renderer")

    def count(self, text: str) -> None:
        """Return once the bar over the table says so."""
        expect(self.page.get_by_test_id("row-count")).to_contain_text(text, timeout=120_000)

    def timed(self, act: Callable[[], object], seen: str) -> float:
        """Return the seconds from an act until a function of the page says yes."""
        began = time.perf_counter()
        act()
        self.page.wait_for_function(seen, polling="raf", timeout=120_000)
        return time.perf_counter() - began


def measure(scale: Scale) -> Report:
    """Open the same table several times, then work with the last one."""
    rows = scale.lines
    body = table(rows)
    report = Report("previews", NOTE.format(rows=rows, size=len(body) / 1e6))
    with looking(body) as looker:
        before = looker.memory()
        first, read = list[float](), list[float]()
        for _ in range(5 if scale.everything else 2):
            looker.page.goto("/")
            looker.student.wait_ready()
            began = time.perf_counter()
            first.append(looker.timed(looker.student.file(NAME).click, SHOWN))
            looker.count(f"{rows:,} rows, 8 columns")
            read.append(time.perf_counter() - began)
        report.add("first screen", first)
        report.add("read to its end", read)
        _work(looker, report, rows)
        report.add("memory before", [before], unit="MB")
        report.add("memory with the table, sorted and filtered", [looker.memory()], unit="MB")
    return report


def _work(looker: Looker, report: Report, rows: int) -> None:
    page = looker.page
    walked = page.evaluate(WALK, [JUMPS])
    report.add("jump of the scroll bar, until painted", [late / 1000 for late in walked["late"]])
    report.add("elements in the page, at most", [walked["most"]], unit="")
    for column in ("temperature", "remark"):
        page.evaluate(SIDE, column == "remark")
        page.evaluate(LISTEN)
        report.add(f"sorted by {column}", [looker.timed(page.get_by_title(f"Sort by {column}").click, ARRANGED)])
    page.get_by_test_id("filter").click()
    page.evaluate(LISTEN)
    box = page.get_by_label("Show rows by remark")
    report.add("filtered by a word, and sorted", [looker.timed(lambda: box.fill("then calm"), ARRANGED)])
    looker.count(f"{rows // 100:,} rows of {rows:,}")


@contextmanager
def looking(body: bytes) -> Generator[Looker]:
    """A demo class with the table in the files of its first student, who looks."""
    with tempfile.TemporaryDirectory() as data, demo_server(Path(data)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        link = next(url for name, url in server.links.items() if "(student)" in name)
        context = signed_in(browser.new_context(base_url=server.origin), link)
        page = context.new_page()
        page.goto("/")
        student = Student(page)
        student.wait_ready()
        folder = server.data / "workspaces" / urlsplit(page.url).path.split("/")[2]
        (folder / NAME).write_bytes(body)
        yield Looker(student, browser.new_browser_cdp_session(), folder)
        browser.close()


def _pss(process: int) -> float:
    for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
