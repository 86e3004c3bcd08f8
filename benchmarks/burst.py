"""A class presses Run at once, with and without four whose programs attack what all share."""

import asyncio
import time

from benchmarks.figures import Report
from benchmarks.contestants import everyone
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
        results: dict[str, tuple[list[float], list[float]]] = {}
        for _ in range(scale.rounds):
            for what, among, before in (
                (f"{len(students)} at once", {}, False),
                (f"{len(crowd)} at once, with the four begun in the same moment", hostiles, False),
                (f"{len(crowd)} at once, with the four running before", hostiles, True),
            ):
                seen, logged = await _round(place, crowd if among else students, among, begun_before=before)
                into = results.setdefault(what, ([], []))
                into[0].extend(seen)
                into[1].extend(logged)
        for way, where in ((0, "at the page"), (1, "in the log")):
            beside = None
            for what, samples in results.items():
                figure = report.add(f"{what}: {where}", samples[way], beside=beside)
                beside = beside or figure


async def _round(
    place: School, students: list[Student], hostiles: dict[str, Student], *, begun_before: bool
) -> tuple[list[float], list[float]]:
    await asyncio.sleep(SETTLE_SECONDS)
    attacks = [asyncio.ensure_future(student.run(f"{name}.py")) for name, student in hostiles.items()]
    if begun_before:
        await asyncio.sleep(SETTLE_SECONDS)
    zero = time.monotonic()
    runs = await everyone(students, lambda student: _press(student, zero))
    attacking = [await attack for attack in attacks]
    for student, (run, _) in zip(hostiles.values(), attacking, strict=True):
        for _press_again in range(2):
            await student.client.ask("run.stop", run=run)
        await student.hears("run.finished", run)
    for student, (run, channel, _) in zip(students, runs, strict=True):
        await student.leave(run, channel)
    logged = [place.trace.first_byte(run) for run, _, _ in runs]
    return [seen for _, _, seen in runs], [taken for taken in logged if taken is not None]


async def _press(student: Student, zero: float) -> tuple[str, int, float]:
    run, channel = await student.run("scientific.py")
    while not student.client.output.get(channel):
        await student.client.receive()
    return run, channel, time.monotonic() - zero
