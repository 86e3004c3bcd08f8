"""The pictures of the documents are taken from the real page; a picture that is missing fails the test."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.student import PATIENCE, SECOND, Student
from tests.browser.test_accessible import LOOKS
from tools.demo_server import DemoServer

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
PROGRAM = """\
import random
import matplotlib.pyplot as plt

def roll(times):
    counts = {face: 0 for face in range(1, 7)}
    for _ in range(times):
        counts[random.randint(1, 6)] += 1
    return counts

counts = roll(600)
for face, n in counts.items():
    print(face, "#" * (n // 5), n)

plt.bar(list(counts), list(counts.values()))
plt.title("600 rolls of a die")
plt.show()
"""


@pytest.mark.parametrize("look", list(LOOKS))
def test_picture(
    browser: Browser, server: DemoServer, first_student: Path, look: str, request: pytest.FixtureRequest
) -> None:
    settings: dict[str, Any] = {**LOOKS[look], "device_scale_factor": 1.5}
    context = browser.new_context(base_url=server.origin, storage_state=first_student, **settings)
    page = context.new_page()
    page.goto("/")
    student = Student(page)
    take(student, look)
    path = PICTURES / f"ide-{look}.png"
    if request.config.getoption("--write-pictures"):
        page.screenshot(path=path)
    context.close()
    assert path.exists(), "run make screenshots"


def take(student: Student, look: str) -> None:
    """Bring the page into the state that a picture should show: a program that printed and drew."""
    page = student.page
    expect(page.get_by_role("textbox", name="Code of")).to_be_visible(timeout=PATIENCE * SECOND)
    if look != "phone":
        student.new_file(f"dice_{look}.py", PROGRAM)
        student.run()
        student.sees_prompt()
