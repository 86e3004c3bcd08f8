"""A million lines at the page, and output that means harm: bounded work in each tick, a bounded page, nothing obeyed."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.student import Student

LINES = 1_000_000
SCROLLBACK = 5000
PIECE = 8 * 1024
"""`PIECE_BYTES` of web/src/features/terminal/port.ts: what the terminal is given in one tick."""
COUNT_WORK = """
window.work = { most: 0, pieces: 0, bytes: 0 }
{
  // A tick begins with a timer or a message of the server; what the terminal is given is decoded just before.
  let here = 0
  const decode = TextDecoder.prototype.decode
  TextDecoder.prototype.decode = function (bytes, options) {
    if (options && options.stream && bytes) {
      here += bytes.byteLength
      window.work.most = Math.max(window.work.most, here)
      window.work.pieces += 1
      window.work.bytes += bytes.byteLength
    }
    return decode.call(this, bytes, options)
  }
  const timer = window.setTimeout
  window.setTimeout = (act, ...rest) => timer((...given) => { here = 0; return act(...given) }, ...rest)
  const Socket = window.WebSocket
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given)
      this.addEventListener('message', () => { here = 0 })
    }
  }
}
"""


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.add_init_script(COUNT_WORK)
    return page


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_million_lines(student: Student) -> None:
    """The last lines are there, none is missing among them; in each tick the page takes one piece, and no more."""
    student.start("counts.py", f"for n in range({LINES}):\n    print(n)\n")
    elements = 0
    for _ in range(20):
        try:
            student.wait(lambda: student.last_line() == ">>>", "the prompt")
            break
        except AssertionError:
            elements = max(elements, student.page.locator("*").count())
    else:
        raise AssertionError(f"no end in sight: {student.last_line()}")
    elements = max(elements, student.page.locator("*").count())
    work = student.page.evaluate("window.work")
    assert work["pieces"] > 100
    assert 0 < work["most"] <= PIECE
    assert elements < 3000
    assert student.console.locator("> div").count() < 200
    lines = student.whole_output()
    rows = student.console.locator("> div").count()
    numbers = [line for line in lines if line.isdigit()]
    assert SCROLLBACK <= len(lines) <= SCROLLBACK + rows
    assert numbers == [str(n) for n in range(LINES - len(numbers), LINES)]
    assert len(numbers) >= SCROLLBACK - 1


@pytest.mark.long
@pytest.mark.timeout(300)
def test_stop_and_another_page_while_lines_flood(student: Student, second_window: Student) -> None:
    """Whoever else is there runs a program meanwhile, and the flood ends at a press of Stop."""
    student.start("flood.py", "n = 0\nwhile True:\n    n += 1\n    print(n)\n")
    student.wait(lambda: len(student.last_line()) > 5, "a hundred thousand lines")
    second_window.start("asks.py", "print('hello', input('who? '))\n")
    second_window.sees("who?")
    second_window.type("you\n")
    second_window.sees("hello you")
    student.stop_button.click()
    student.sees_prompt()
    assert student.page.evaluate("window.work.most") <= PIECE
    assert student.console.locator("> div").count() < 200
