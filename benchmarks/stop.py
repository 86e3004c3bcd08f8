"""From Stop to the prompt, for every stubborn program that the tests know: one press, and a second press at once after it."""

import asyncio
import time

from benchmarks.figures import ROOT, Report
from benchmarks.scale import Scale
from benchmarks.school import NotHereError, Student, school, signed_in

CORPUS = ROOT / "tests" / "programs" / "stubborn"
BEGIN_AT_THE_END = {"loops_at_exit"}
"""What these are about comes only when their prompt is left; the tests run them without one."""
OBEYS = 0.9
"""Seconds: what is at the prompt by then was not killed, which happens after one second."""
SECOND_PRESS_AFTER = 0.1
MOST_SECONDS = 60.0
ENDLESS = 'print("go", flush=True)\nwhile True:\n    pass\n'
NOTE = (
    "From the press to the prompt at the page, over the stubborn programs of the tests ({programs}). A program that ends by the interrupt: 300 ms; every other: "
    "1.3 s, or 300 ms after a second press. The slowest of each kind is named."
)


def measure(scale: Scale) -> Report:
    """Measure at the best tier."""
    programs = {"an endless loop": ENDLESS, **stubborn_programs()}
    report = Report("stop", NOTE.format(programs=len(programs)))
    for tier in ("A", "B"):
        try:
            with school(tier, 1) as place:
                asyncio.run(_measure(report, place.links, programs, (tier, scale)))
                break
        except NotHereError:
            continue
    return report


def stubborn_programs() -> dict[str, str]:
    """Return the tests' corpus, by name. Each prints “go” once it has begun."""
    files = sorted(file for file in CORPUS.glob("*.py") if file.stem not in BEGIN_AT_THE_END)
    return {file.stem.replace("_", " "): file.read_text(encoding="utf-8") for file in files}


async def _measure(report: Report, links: list[str], programs: dict[str, str], how: tuple[str, Scale]) -> None:
    tier, scale = how
    kinds: dict[str, dict[str, list[float]]] = {
        "that end by the interrupt": {},
        "that are killed": {},
        "second press": {},
    }
    async with signed_in(links[:1]) as (student,):
        for number, (name, text) in enumerate(programs.items()):
            path = f"stubborn{number}.py"
            await student.save(path, text)
            first = [await _stopped(student, path, 1) for _ in range(scale.stops)]
            obeys = sorted(first)[len(first) // 2] < OBEYS
            kinds["that end by the interrupt" if obeys else "that are killed"][name] = first
            if not obeys:
                kinds["second press"][name] = [await _stopped(student, path, 2) for _ in range(scale.stops)]
    for kind, by_name in kinds.items():
        if by_name:
            slowest = max(by_name, key=lambda name: max(by_name[name]))
            samples = [seconds for taken in by_name.values() for seconds in taken]
            report.add(f"{len(by_name)} programs {kind}, tier {tier} (slowest: {slowest})", samples)


async def _stopped(student: Student, path: str, presses: int) -> float:
    async with asyncio.timeout(MOST_SECONDS):
        return await _stop(student, path, presses)


async def _stop(student: Student, path: str, presses: int) -> float:
    run, channel = await student.run(path)
    await student.sees(channel, b"go")
    began = time.monotonic()
    await student.client.ask("run.stop", run=run)
    if presses == 2:
        await asyncio.sleep(SECOND_PRESS_AFTER)
        began = time.monotonic()
        await student.client.ask("run.stop", run=run)
    while not (finished := student.heard("run.finished", run)):
        if student.client.output.get(channel, b"").endswith(b">>> "):
            return time.monotonic() - began
        await student.client.receive()
    channel = await student.follow(finished["outcome"]["successor"])
    await student.sees(channel, b">>> ")
    return time.monotonic() - began
