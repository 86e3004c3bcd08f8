"""The pictures of the documents are taken from the real page; a picture that is missing fails the test."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.student import Student, signed_in
from tests.browser.test_accessible import LOOKS, go

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
PROGRAM = """\
import random
import matplotlib.pyplot as plt


def roll(times):
    counts = {face: 0 for face in range(1, 7)}
    for _ in range(times):
        counts[random.randint(1, 6)] += 1
    return counts


random.seed(8)
counts = roll(int(input("How many rolls? ")))
for face, n in counts.items():
    print(face, "#" * (n // 5), n)

plt.bar(list(counts), list(counts.values()))
plt.title("Rolls of a die")
plt.show()
"""


@pytest.mark.parametrize("look", list(LOOKS))
def test_picture(visit: Visit, link: str, look: str, request: pytest.FixtureRequest) -> None:
    context = signed_in(visit(**{**LOOKS[look], "device_scale_factor": 1.5}), link)
    student = Student(context.new_page())
    student.page.goto("/")
    expect(student.editor("")).to_be_visible()
    take(student, look)
    path = PICTURES / f"ide-{look}.png"
    if request.config.getoption("--write-pictures"):
        student.page.screenshot(path=path)
    assert path.exists(), "run make screenshots"


def take(student: Student, look: str) -> None:
    """Bring the page into the state that a picture should show: a program that asked, printed and drew."""
    page = student.page
    go(student, "Files")
    student.new_file("dice_rolls.py")
    go(student, "Code")
    student.write("dice_rolls.py", PROGRAM)
    student.run_button.click()
    expect(student.state).to_contain_text("Waiting for you")
    if look == "phone":
        page.get_by_test_id("plain-input").fill("600")
        student.button("Send").click()
        expect(page.get_by_role("log")).to_contain_text(">>>")
    else:
        student.type("600\n")
        student.sees_prompt()
    expect(page.get_by_test_id("plots-dot")).to_be_visible()
    if look == "dark":
        page.get_by_role("tab", name="Plots").click()
        expect(student.plots).to_be_visible()
    elif look == "light":
        student.type("max(counts, key=counts.get)\n")
        student.wait(lambda: student.shown().count(">>>") == 2, "the prompt again")
    expect(student.said).to_have_count(0)
    page.mouse.move(0, 0)
