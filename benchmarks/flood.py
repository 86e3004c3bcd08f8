"""A million printed lines: until the last byte is counted, and what another student notices of it."""

import asyncio
import time

from benchmarks.figures import Report
from benchmarks.programs import PRINT
from benchmarks.scale import Scale
from benchmarks.school import NotHereError, School, Student, school, signed_in

PAUSE_SECONDS = 0.2
NOTE = (
    "{lines} lines printed by one program. From the press until the page has received, or been told of as left out, every byte and sees the prompt; beside "
    "it plain Python whose terminal is read as fast as it writes. Meanwhile another student runs a program of one line, compared with the same before."
)


def measure(scale: Scale) -> Report:
    """Measure at the best tier."""
    report = Report("flood", NOTE.format(lines=f"{scale.lines:,}"))
    for tier in ("A", "B"):
        try:
            with school(tier, 2) as place:
                asyncio.run(_measure(report, place, scale))
                break
        except NotHereError:
            continue
    return report


async def _measure(report: Report, place: School, scale: Scale) -> None:
    text = f"for number in range({scale.lines}):\n    print(number)\n"
    size = sum(len(str(number)) + 2 for number in range(scale.lines))  # a terminal makes two bytes of a line's end
    (place.folder / "lines.py").write_text(text, encoding="utf-8")
    async with signed_in(place.links) as (printer, other):
        await printer.save("lines.py", text)
        await other.save("hello.py", PRINT)
        quiet = [await _start(place, other) for _ in range(scale.repeats)]
        plain = await asyncio.to_thread(place.peer.to_end, "lines.py")
        meanwhile: list[float] = []
        async with asyncio.TaskGroup() as group:
            flood = group.create_task(_all_lines(printer, size))
            while not flood.done():
                meanwhile.append(await _start(place, other))
                await asyncio.sleep(PAUSE_SECONDS)
        seconds, received = flood.result()
    beside = report.add(f"plain python, {scale.lines:,} lines", [plain])
    report.add(f"{scale.lines:,} lines, every byte accounted for", [seconds], beside=beside)
    report.add("of them shown to the page", [received / 1e6], unit="MB")
    calm = report.add("another student's print, before: in the log", quiet)
    report.add("another student's print, meanwhile: in the log", meanwhile, beside=calm)


async def _all_lines(student: Student, size: int) -> tuple[float, int]:
    began = time.monotonic()
    run, channel = await student.run("lines.py")
    client = student.client
    while len(client.output.get(channel, b"")) + client.dropped.get(channel, 0) < size:
        await client.receive()
    seconds = time.monotonic() - began
    received = len(client.output[channel])
    await student.leave(run, channel)
    return seconds, received


async def _start(place: School, student: Student) -> float:
    run, channel = await student.run("hello.py")
    await student.leave(run, channel)
    taken = place.trace.first_byte(run)
    assert taken is not None, "the run printed a line"
    return taken
