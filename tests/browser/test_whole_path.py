"""The whole path of a student, in a real browser against a real sandbox."""

from tests.browser.student import Student

STREAMING = """\
from pathlib import Path
import os

print("first line", flush=True)
while not os.path.exists("go"):
    pass
print("second line")
"""

ASKING = 'name = input("Your name? ")\nprint("Hello,", name)\n'
PLOTTING = "import matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.title('Squares')\nplt.show()\nprint('drawn')\n"
ENDLESS = "numbers = 42\nprint('round and round')\nwhile True:\n    pass\n"
COUNTING = """\
import os
n = 0
print("counting", flush=True)
while not os.path.exists("enough"):
    pass
for n in range(400):
    print("line", n)
print("all counted")
"""


def test_type_run_and_see(student: Student) -> None:
    student.new_file("typed.py")
    student.editor("typed.py").click()
    student.page.keyboard.type("print(6 * 7)")
    student.run()
    student.sees("42")
    student.sees_prompt()


def lines_of(student: Student) -> list[str]:
    """Every counted line that the console holds, scrollback included: copied, as a student would."""
    student.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    student.page.get_by_role("button", name="Copy output").click()
    text = str(student.page.evaluate("() => navigator.clipboard.readText()"))
    return [line.strip() for line in text.splitlines() if line.startswith("line ")]
