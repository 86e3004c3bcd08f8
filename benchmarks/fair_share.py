"""How much one student with many processes slows a class that computes: the work of 29 others beside them."""

import asyncio
import time

from benchmarks.figures import Figure, Report
from benchmarks.scale import Scale
from benchmarks.school import NotHereError, Student, school, signed_in

CLASS = 30
SECONDS = 6.0
BEGIN_IN = 3.0
WORK = """\
import os, sys, time
processes, apart = int(sys.argv[1]), sys.argv[2] == "apart"
begin, end = map(float, input("when? ").split())
mine = os.getpid()
for _ in range(processes - 1):
    if os.fork() == 0:
        if apart:
            os.setsid()
        break
time.sleep(max(0, begin - time.time()))
done = 0
while time.time() < end:
    done += 1
if os.getpid() != mine:
    os._exit(0)
print("did", done, "end")
"""
HOGS = ((8, "together"), (60, "together"), (60, "apart"))
NOTE = (
    f"Work (loops of a counter) that each of 29 students gets done in {SECONDS:.0f} s while all 30 compute: beside a 30th with one process,"
    " and beside a hog with many; `apart` means that each of them leads a session of its own. Slowdown is the inverse of the ratio; bar: 1.5."
)


def measure(_: Scale) -> Report:
    """Measure at tiers A (control groups) and B (what the kernel does by session)."""
    report = Report("fair-share", NOTE)
    for tier in ("A", "B"):
        try:
            with school(tier, CLASS) as place:
                asyncio.run(_measure(report, place.links[:CLASS], tier))
        except NotHereError as reason:
            report.note += f" Tier {tier} was not measured: {reason}."
    return report


async def _measure(report: Report, links: list[str], tier: str) -> None:
    async with signed_in(links) as students:
        await asyncio.gather(*(student.save("work.py", WORK) for student in students))
        alike = await _lesson(report, students, f"tier {tier}: beside one process", (1, "together"))
        for count, how in HOGS:
            await _lesson(report, students, f"tier {tier}: beside a hog of {count}, {how}", (count, how), alike)


async def _lesson(
    report: Report, students: list[Student], what: str, hog: tuple[int, str], beside: Figure | None = None
) -> Figure:
    hogging = [hog, *[(1, "together")] * (len(students) - 1)]
    started = await asyncio.gather(*(_start(student, *one) for student, one in zip(students, hogging, strict=True)))
    begin = time.time() + BEGIN_IN
    word = f"{begin} {begin + SECONDS}\r".encode()
    done = await asyncio.gather(*(_finish(student, *run, word) for student, run in zip(students, started, strict=True)))
    return report.add(what, [loops / 1000 for loops in done[1:]], unit="k loops", beside=beside)


async def _start(student: Student, count: int, how: str) -> tuple[str, int]:
    asked = await student.client.ask(
        "run.start", workspace=student.workspace, path="work.py", arguments=[str(count), how]
    )
    channel = await student.follow(asked["run"])
    await student.sees(channel, b"when? ")
    return asked["run"], channel


async def _finish(student: Student, run: str, channel: int, word: bytes) -> int:
    await student.client.type(channel, 0, word)
    await student.sees(channel, b"end\r\n")
    output = student.client.output[channel].decode()
    await student.sees(channel, b">>> ")
    await student.client.type(channel, len(word), b"\x04")
    await student.hears("run.finished", run)
    return int(output.rpartition("did ")[2].split()[0])
