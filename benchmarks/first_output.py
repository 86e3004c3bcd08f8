"""From Run to the first byte of output, beside plain Python in the same minutes: alone, and thirty at once."""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable

from benchmarks.figures import Figure, Report
from benchmarks.plain import first_byte, many_first_bytes
from benchmarks.school import NotHereError, School, Student, school, signed_in

PROGRAMS = {
    "print": 'print("hello")\n',
    "scientific": "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt\nprint(pd.Series(np.arange(9)).sum(), plt)\n",
}
REPEATS = {"print": 50, "scientific": 20}
AT_ONCE = 30
ROUNDS = 3
REFILL_SECONDS = 0.3
SETTLE_SECONDS = 3.0
NOTE = (
    "“In the log” is from the decoded command to the first byte in the output log, “at the page” from the client's send to the first byte "
    "it receives. Run again replaces the waiting prompt of the same file. The clients share the processors. "
    "Bars: 0.7 × plain Python for print, 0.05 × for scientific."
)


def measure() -> Report:
    """Measure at every tier this machine gives."""
    report = Report("first-output", NOTE)
    for tier in ("A", "B"):
        try:
            with school(tier, AT_ONCE) as place:
                asyncio.run(_measure(report, place, tier))
        except NotHereError as reason:
            report.note += f" Tier {tier} was not measured: {reason}."
    return report


async def _measure(report: Report, place: School, tier: str) -> None:
    async with signed_in(place.links) as students:
        for name, text in PROGRAMS.items():
            for student in students:
                await student.save(f"{name}.py", text)
            (place.plain.parents[1] / f"{name}.py").write_text(text, encoding="utf-8")
            await _alone(report, place, students[0], name, tier)
            await _together(report, place, students, name, tier)


async def _alone(report: Report, place: School, student: Student, name: str, tier: str) -> None:
    program = place.plain.parents[1] / f"{name}.py"
    first_byte(place.plain, program, os.environ)
    plain: list[float] = []
    pages: dict[str, dict[str, float]] = {"run": {}, "run again": {}}
    for _ in range(REPEATS[name]):
        plain.append(first_byte(place.plain, program, os.environ))
        run, channel = await _timed(student, name, pages["run"])
        await student.sees(channel, b">>> ")
        await asyncio.sleep(REFILL_SECONDS)
        run, channel = await _timed(student, name, pages["run again"])
        await student.leave(run, channel)
        await asyncio.sleep(REFILL_SECONDS)
    peer = report.add(f"plain python, {name}, alone (tier {tier}'s interpreter)", plain)
    _add(report, place, pages, (peer, f"{name}, alone, tier {tier}"))


async def _together(report: Report, place: School, students: list[Student], name: str, tier: str) -> None:
    program = place.plain.parents[1] / f"{name}.py"
    plain: list[float] = []
    pages: dict[str, dict[str, float]] = {"run": {}, "run again": {}}
    for _ in range(ROUNDS if name == "print" else 1):
        plain += await asyncio.to_thread(many_first_bytes, place.plain, program, os.environ, AT_ONCE)  # pings go on
    for _ in range(ROUNDS):
        live: list[tuple[str, int]] = []
        for kind in pages.values():
            await asyncio.sleep(SETTLE_SECONDS)
            live = await _everyone(students, lambda student, kind=kind: _timed(student, name, kind))
        for student, (run, channel) in zip(students, live, strict=True):
            await student.leave(run, channel)
    peer = report.add(f"plain python, {name}, {AT_ONCE} at once (tier {tier}'s interpreter)", plain)
    _add(report, place, pages, (peer, f"{name}, {AT_ONCE} at once, tier {tier}"))


async def _everyone(
    students: list[Student], act: Callable[[Student], Awaitable[tuple[str, int]]]
) -> list[tuple[str, int]]:
    async def one(student: Student) -> tuple[str, int]:
        run, channel = await act(student)
        await student.sees(channel, b">>> ")
        return run, channel

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(student)) for student in students]
    return [task.result() for task in tasks]


async def _timed(student: Student, name: str, into: dict[str, float]) -> tuple[str, int]:
    began = time.monotonic()
    run, channel = await student.run(f"{name}.py")
    while not student.client.output.get(channel):
        await student.client.receive()
    into[run] = time.monotonic() - began
    return run, channel


def _add(report: Report, place: School, pages: dict[str, dict[str, float]], beside: tuple[Figure, str]) -> None:
    peer, where = beside
    logged: dict[str, float] = {}
    with (place.server.data / "trace.jsonl").open(encoding="utf-8") as trace:
        for line in trace:
            run = json.loads(line)
            if "first byte" in run and "decoded" in run:
                logged[run["run"]] = run["first byte"] - run["decoded"]
    for kind, seconds in pages.items():
        seen = [logged[run] for run in seconds if run in logged]
        report.add(f"{kind}, {where}: in the log", seen, beside=peer)
        report.add(f"{kind}, {where}: at the page", list(seconds.values()), beside=peer)
