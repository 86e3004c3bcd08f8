"""The demo class: who is in it and what lies there."""

import getpass
from textwrap import dedent

from pythonide.app.demo_files import notes_pdf, picture_png, weather_csv
from pythonide.features.administration.model import CourseContent, PersonContent
from pythonide.features.courses.model import CourseRole

NOTES = b"""# Welcome

Open `main.py` and press **Run**. When a program asks something, type the answer in the console.

- After a run the prompt `>>>` still has your variables: try them out.
- `weather.py` reads a table, `plot.py` draws it; the pictures land in **Plots**.
- `endless_loop.py` never ends by itself: press **Stop**.
- `dice_game.py` is made of several files.
- `colours.py` writes in colour and draws a bar that grows.
"""


def _program(text: str) -> bytes:
    return dedent(text).lstrip().encode()


PROGRAMS = {
    "main.py": _program("""
        name = input("What is your name? ")
        print(f"Hello, {name}!")
    """),
    "weather.py": _program("""
        import pandas as pd

        weather = pd.read_csv("/course/datasets/weather.csv", parse_dates=["date"])
        print(len(weather), "days of weather in", weather["town"].nunique(), "towns")
        print(weather.groupby("town")[["temperature", "rain_mm"]].mean().round(1))
    """),
    "plot.py": _program("""
        import matplotlib.pyplot as plt
        import pandas as pd

        weather = pd.read_csv("/course/datasets/weather.csv", parse_dates=["date"])

        weather.groupby("town")["rain_mm"].mean().plot.bar(title="Rain per day")
        plt.ylabel("millimetres")
        plt.tight_layout()
        plt.show()

        by_month = weather.groupby([weather["date"].dt.month, "town"])["temperature"].mean().unstack()
        by_month.plot(title="Temperature through the year")
        plt.xlabel("month")
        plt.ylabel("degrees Celsius")
        plt.show()
    """),
    "dice_game.py": _program("""
        from dice.chart import bars
        from dice.rolls import count_faces

        for line in bars(count_faces(600)):
            print(line)
    """),
    "dice/__init__.py": b"",
    "dice/rolls.py": _program("""
        import random


        def count_faces(times):
            counts = {face: 0 for face in range(1, 7)}
            for _ in range(times):
                counts[random.randint(1, 6)] += 1
            return counts
    """),
    "dice/chart.py": _program("""
        def bars(counts):
            return [f"{face}  {'#' * (count // 5)} {count}" for face, count in counts.items()]
    """),
    "colours.py": _program(r"""
        import time

        colours = {"red": 31, "green": 32, "yellow": 33, "blue": 34}

        for name, number in colours.items():
            print(f"\033[{number}mThis line is {name}.\033[0m")

        # "\r" goes back to the start of the line, so each bar is written over the one before.
        for percent in range(0, 101, 5):
            bar = "#" * (percent // 5)
            print(f"\r[{bar:<20}] {percent} %", end="", flush=True)
            time.sleep(0.1)
        print("\nDone.")
    """),
    "endless_loop.py": _program("""
        number = 0
        while True:
            number += 1
    """),
    "stubborn_loop.py": _program("""
        while True:
            try:
                while True:
                    pass
            except KeyboardInterrupt:
                print("I do not want to stop.")
    """),
    "raises.py": _program("""
        def average(numbers):
            return sum(numbers) / len(numbers)


        print(average([3, 4, 5]))
        print(average([]))
    """),
}


LOCAL_USER = "local"
"""The sign-in name of the person at the machine, where the server is theirs alone."""
KNOWN_STUDENTS = (("ada", "Ada Lovelace"), ("alan", "Alan Turing"), ("grace", "Grace Hopper"))


def demo_class(students: int = len(KNOWN_STUDENTS)) -> CourseContent:
    """Return one course with a teacher and so many students."""
    further = ((f"student{number}", f"Student {number}") for number in range(len(KNOWN_STUDENTS) + 1, students + 1))
    people = (
        PersonContent("teacher", "Emmy Noether", CourseRole.INSTRUCTOR, PROGRAMS),
        *(
            PersonContent(login, name, CourseRole.STUDENT, PROGRAMS)
            for login, name in (*KNOWN_STUDENTS[:students], *further)
        ),
    )
    return CourseContent("demo", "Introduction to Programming", people, _course_folders())


def own_class(*, demo: bool) -> CourseContent:
    """Return what the person at the machine starts with: an own workspace, with the demo's files if asked.

    The files lie in the workspace itself: without a sandbox nothing is at `/course`.
    """
    files = {name: text.replace(b"/course/", b"") for name, text in PROGRAMS.items()} if demo else {}
    if demo:
        files |= {f"{folder}/{name}": data for folder, held in _course_folders().items() for name, data in held.items()}
    person = PersonContent(LOCAL_USER, _own_name(), CourseRole.INSTRUCTOR, files)
    return CourseContent("own", "My programs", (person,), {})


def _own_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name
        return LOCAL_USER


def _course_folders() -> dict[str, dict[str, bytes]]:
    return {
        "lecture-notes": {"welcome.md": NOTES, "running.pdf": notes_pdf(), "picture.png": picture_png()},
        "datasets": {"weather.csv": weather_csv()},
    }
