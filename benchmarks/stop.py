"""From Stop to the prompt: for a program that obeys, for one that does not, and for a second press."""

import asyncio
import time

from benchmarks.figures import Report
from benchmarks.school import NotHereError, Student, school, signed_in

ENDLESS = 'print("go")\nwhile True:\n    pass\n'
STUBBORN = 'print("go")\nwhile True:\n    try:\n        while True:\n            pass\n    except KeyboardInterrupt:\n        pass\n'
REPEATS = 10
SECOND_PRESS_AFTER = 0.1
NOTE = "From the press to the prompt at the page. Bars: 300 ms for the endless loop and for a second press (counted from it), 1.3 s for the stubborn one."


def measure() -> Report:
    """Measure at the best tier."""
    report = Report("stop", NOTE)
    for tier in ("A", "B"):
        try:
            with school(tier, 1) as place:
                asyncio.run(_measure(report, place.links, tier))
        except NotHereError as reason:
            report.note += f" Tier {tier} was not measured: {reason}."
    return report


async def _measure(report: Report, links: list[str], tier: str) -> None:
    async with signed_in(links[:1]) as (student,):
        await student.save("endless.py", ENDLESS)
        await student.save("stubborn.py", STUBBORN)
        report.add(f"endless loop, tier {tier}", [await _obeys(student) for _ in range(REPEATS)])
        for what, presses in (("stubborn program", 1), ("stubborn program, second press", 2)):
            report.add(f"{what}, tier {tier}", [await _killed(student, presses) for _ in range(REPEATS)])


async def _obeys(student: Student) -> float:
    run, channel = await student.run("endless.py")
    await student.sees(channel, b"go")
    began = time.monotonic()
    await student.client.ask("run.stop", run=run)
    await student.sees(channel, b">>> ")
    return time.monotonic() - began


async def _killed(student: Student, presses: int) -> float:
    run, channel = await student.run("stubborn.py")
    await student.sees(channel, b"go")
    began = time.monotonic()
    await student.client.ask("run.stop", run=run)
    if presses == 2:
        await asyncio.sleep(SECOND_PRESS_AFTER)
        began = time.monotonic()
        await student.client.ask("run.stop", run=run)
    finished = await student.hears("run.finished", run)
    channel = await student.follow(finished["outcome"]["successor"])
    await student.sees(channel, b">>> ")
    return time.monotonic() - began
