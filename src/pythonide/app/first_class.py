"""The demo class: who is in it and what lies there."""

from pythonide.features.administration.model import CourseContent, PersonContent
from pythonide.features.courses.model import CourseRole

HELLO = b'name = input("What is your name? ")\nprint(f"Hello, {name}!")\n'
NOTES = b"# Welcome\n\nOpen `main.py`, press Run, and answer in the console.\n"


def demo_class() -> CourseContent:
    """Return one course with a teacher and three students."""
    students = (("ada", "Ada Lovelace"), ("alan", "Alan Turing"), ("grace", "Grace Hopper"))
    people = (
        PersonContent("teacher", "Emmy Noether", CourseRole.INSTRUCTOR, {"main.py": HELLO}),
        *(PersonContent(login, name, CourseRole.STUDENT, {"main.py": HELLO}) for login, name in students),
    )
    return CourseContent("demo", "Introduction to Programming", people, {"notes": {"welcome.md": NOTES}})
