"""Output and figures that are aimed at the page or at who looks at it: shown as text, or not at all, never obeyed."""

from playwright.sync_api import expect

from tests.browser.student import Student

ESCAPES = r"""
import os, select, sys
for piece in (
    "\x1b]0;TITLE TAKEN\x07", "\x1b]2;TITLE TAKEN\x1b\\", "\x1b]52;c;aGFja2Vk\x07",
    "\x1b]8;;javascript:window.harm=1\x07click me\x1b]8;;\x07", "\x1b]8;;data:text/html,<script>window.harm=2</script>\x1b\\or me\x1b]8;;\x1b\\",
    "<img src=x onerror='window.harm=3'>", "<script>window.harm=4</script>", "<svg onload='window.harm=5'>",
    "javascript:window.harm=6", "\x1bP+q544e\x1b\\", "\x1b[6n", "\x1b[c", "\x1b[>c", "\x1b[5n", "\x1b]10;?\x07", "\x05",
    "\x1b_Gi=1,a=q;AAAA\x1b\\", "\x1b]1337;File=inline=1:PHN2Zz4=\x07", "\x1b[?1049h", "\x1b[?1000h", "\x1b[9999999999999A", "\x1bc",
):
    print(piece, flush=True)
print("all said", flush=True)
answered, _, _ = select.select([sys.stdin], [], [], 1)
print("\nthe page answered" if answered else "\nthe page kept silent <script>window.harm=13</script>", flush=True)
"""
FIGURES = r"""
import struct, zlib
import pythonide_plots
HARM = "\"><img src=x onerror='window.harm=7'><script>window.harm=8</script>"
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def png(width, height, more=b""):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = zlib.compress(b"".join(b"\0" + bytes(3 * 4) for _ in range(4)))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.harm=9'><script>window.harm=10</script></svg>"
def show(alternative, body, **more):
    pythonide_plots.send({"type": "plot", "alternative": alternative, **more}, body)
show("an svg", SVG)
show("html", b"<!doctype html><script>window.harm=11</script>")
show("giant", png(2**31 - 1, 2**31 - 1))
show("svg in a png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)) + SVG)
show("lies", png(4, 4), width=2**40, height="<b>", number=-1)
show(HARM, png(4, 4, chunk(b"tEXt", b"Comment\0<script>window.harm=12</script>")))
print("all shown", flush=True)
"""


def test_what_is_printed_is_not_obeyed(student: Student) -> None:
    student.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    student.page.evaluate("navigator.clipboard.writeText('mine')")
    student.start("escapes.py", ESCAPES)
    student.sees("the page kept silent")
    student.sees_prompt()
    assert "TAKEN" not in student.page.title()
    assert student.page.evaluate("navigator.clipboard.readText()") == "mine"
    assert student.page.evaluate("window.harm") is None
    assert student.page.locator("a[href^='javascript:'], a[href^='data:']").count() == 0
    assert "<script>window.harm=13</script>" in "".join(student.whole_output())


HUGE = "import matplotlib.pyplot as plt\nplt.figure(figsize=(150, 100), dpi=200)\nplt.show()\n"


def test_a_figure_of_any_size_is_shown_as_large_as_a_page_can_bear(student: Student) -> None:
    student.start("huge.py", HUGE)
    student.sees_prompt()
    student.page.get_by_role("tab", name="Plots").click()
    plot = student.page.get_by_test_id("plot")
    expect(plot).to_have_count(1)
    width, height = (int(plot.get_attribute(name) or 0) for name in ("width", "height"))
    assert 1000 < height < width < 10_000
    assert width * height <= 32_000_000


def test_figures_cannot_script_the_page(student: Student) -> None:
    student.start("figures.py", "import matplotlib.pyplot\n" + FIGURES)
    student.sees("all shown")
    student.sees_prompt()
    student.page.get_by_role("tab", name="Plots").click()
    plots = student.page.get_by_test_id("plot")
    shown = student.page.locator(".plots > li")
    expect(shown).to_have_count(3)  # what is no PNG of a sane size is no figure
    expect(student.page.get_by_role("img", name="onerror='window.harm=7'")).to_have_count(1)
    for at in range(plots.count()):
        width, height = (int(plots.nth(at).get_attribute(name) or 0) for name in ("width", "height"))
        assert (width, height) == (4, 4), "the sizes are the picture's, not the program's word"
    assert student.page.evaluate("window.harm") is None
    assert student.page.locator("svg[onload], img[onerror], script:not([src])").count() == 0
