"""A class presses Run at once, with and without four whose programs attack what all share."""

import asyncio
import time
from dataclasses import dataclass

from benchmarks.contestants import everyone
from benchmarks.figures import Report
from benchmarks.programs import SCIENTIFIC
from benchmarks.scale import Scale
from benchmarks.school import NotHereError, School, Student, school, signed_in

SETTLE_SECONDS = 4.0
HOSTILES = {
    "hog": "while True:\n    pass\n",
    "memory": "held = []\nwhile True:\n    held.append(bytearray(1 << 22))\n",
    "forks": "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n",
    "flood": "line = 'flood ' * 200\nwhile True:\n    print(line)\n",
}
NOTE = (
    "All press Run of the scientific program in the same moment. Then four of them run a processor hog, a memory bomb, a fork bomb and an output "
    "flood instead, begun with everybody else's, or running before. The other students are compared with themselves. Taken in turns. "
    "At the page: from the common press to the first byte each client receives. Bars: all within 1 s on idle processors; with the four at most twice as slow."
)


@dataclass(frozen=True)
class Pressed:
    """When one student saw something, and when it was in the log."""

    workspace: str
    seen: float
    logged: float


def measure(scale: Scale) -> Report:
    """Measure at the best tier."""
    report = Report("burst", NOTE)
    for tier in ("A", "B"):
        try:
            with school(tier, max(scale.at_once)) as place:
                asyncio.run(_measure(report, place, scale))
                break
        except NotHereError:
            continue
    return report


async def _measure(report: Report, place: School, scale: Scale) -> None:
    async with signed_in(place.links) as students:
        for student in students:
            await student.save("scientific.py", SCIENTIFIC)
        crowd, hostiles = students[len(HOSTILES) :], dict(zip(HOSTILES, students, strict=False))
        for name, student in hostiles.items():
            await student.save(f"{name}.py", HOSTILES[name])
        await _round(place, students, {}, begun_before=False)  # the class's first press finds few sandboxes ready
        rounds: dict[str, list[Pressed]] = {}
        for _ in range(scale.rounds):
            rounds.setdefault("", []).extend(await _round(place, students, {}, begun_before=False))
            for what, before in (("begun in the same moment", False), ("running before", True)):
                rounds.setdefault(what, []).extend(await _round(place, crowd, hostiles, begun_before=before))
        _report(report, rounds, {student.workspace for student in crowd}, len(students))


def _report(report: Report, rounds: dict[str, list[Pressed]], crowd: set[str], everybody: int) -> None:
    calm = rounds.pop("")
    others = f"{len(crowd)} of them"
    for where, get in (("at the page", lambda one: one.seen), ("in the log", lambda one: one.logged)):
        report.add(f"{everybody} at once: {where}", [get(one) for one in calm])
        beside = report.add(f"{others}: {where}", [get(one) for one in calm if one.workspace in crowd])
        for what, pressed in rounds.items():
            report.add(f"{others}, with the four {what}: {where}", [get(one) for one in pressed], beside=beside)


async def _round(
    place: School, students: list[Student], hostiles: dict[str, Student], *, begun_before: bool
) -> list[Pressed]:
    await asyncio.sleep(SETTLE_SECONDS)
    attacks = [asyncio.ensure_future(student.run(f"{name}.py")) for name, student in hostiles.items()]
    if begun_before:
        await asyncio.sleep(SETTLE_SECONDS)
    zero = time.monotonic()
    runs = await everyone(students, lambda student: _press(student, zero))
    attacking = [await attack for attack in attacks]
    for student, (run, channel) in zip(hostiles.values(), attacking, strict=True):
        await student.end(run, channel)
    for student, (run, channel, _) in zip(students, runs, strict=True):
        await student.leave(run, channel)
    logged = {run: place.trace.first_byte(run) for run, _, _ in runs}
    return [
        Pressed(student.workspace, seen, logged[run] or seen)
        for student, (run, _, seen) in zip(students, runs, strict=True)
    ]


async def _press(student: Student, zero: float) -> tuple[str, int, float]:
    run, channel = await student.run("scientific.py")
    while not student.client.output.get(channel):
        await student.client.receive()
    return run, channel, time.monotonic() - zero
