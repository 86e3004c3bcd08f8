"""Memory that is really used (PSS: shared pages count by their share), and whether many live prompts slow down the next start."""

import asyncio

from benchmarks.figures import Report
from benchmarks.programs import IMPORTS, PRINT, SCIENTIFIC
from benchmarks.scale import Scale
from benchmarks.school import NotHereError, School, Student, school, signed_in
from pythonide_sandbox import procfs

SETTLE_SECONDS = 3.0
FILES_EACH = 10
EXACT = -1
"""Memory of whatever size is worth its exact share."""
LIVE = {
    "bare": "x = 1\n",
    "scientific": IMPORTS,
    "scientific, after one plot": f"{IMPORTS}plt.plot([1, 2])\nplt.show()\n",
}
NOTE = (
    "Proportional set size of all processes of a sandbox, {live} alive at once, each waiting at its prompt. Parked: those that are ready beside them. "
    "In the demo class every program runs in the scientific environment; “bare” has imported nothing of it. "
    "With {crowd} live prompts: one more student presses Run {repeats} times, before and while they are live."
)


def measure(scale: Scale) -> Report:
    """Measure at the best tier."""
    report = Report("memory", NOTE.format(live=scale.live, crowd=scale.crowd, repeats=scale.repeats))
    for tier in ("A", "B"):
        try:
            with school(tier, max(scale.live, scale.crowd // FILES_EACH) + 1, live=scale.crowd + 50) as place:
                asyncio.run(_measure(report, place, scale))
                break
        except NotHereError:
            continue
    return report


async def _measure(report: Report, place: School, scale: Scale) -> None:
    async with signed_in(place.links) as (first, *students):
        await asyncio.sleep(SETTLE_SECONDS)
        server = place.server.process.pid
        idle = {pid: procfs.memory_bytes([pid], EXACT) / 1e6 for pid in procfs.processes(server)}
        report.add("server, launcher, zygotes and parked sandboxes, idle", [sum(idle.values())], unit="MB")
        report.add("server alone", [idle[server]], unit="MB")
        for what, text in LIVE.items():
            runs = [await _start(student, f"{what}.py", text) for student in students[: scale.live]]
            await asyncio.sleep(SETTLE_SECONDS)
            sandboxes = _sandboxes(server)
            if what == "bare":
                report.add("parked", [size for live, size in sandboxes if not live], unit="MB")
            report.add(f"live, {what}", [size for live, size in sandboxes if live], unit="MB")
            for student, (run, channel) in zip(students, runs, strict=False):
                await student.leave(run, channel)
        await _crowd(report, place, (first, students), scale)


async def _crowd(report: Report, place: School, people: tuple[Student, list[Student]], scale: Scale) -> None:
    first, students = people
    for name, text in (("crowded_print.py", PRINT), ("crowded_scientific.py", SCIENTIFIC)):
        await first.save(name, text)
    before = {
        name: await _starts(place, first, name, scale.repeats) for name in ("crowded_print.py", "crowded_scientific.py")
    }
    for number in range(scale.crowd):
        await _start(students[number % len(students)], f"crowd{number}.py", IMPORTS)
    await asyncio.sleep(SETTLE_SECONDS)
    sizes = [size for live, size in _sandboxes(place.server.process.pid) if live]
    report.add("live, scientific, in the crowd", sizes, unit="MB")
    for name, seconds in before.items():
        what = name.removeprefix("crowded_").removesuffix(".py")
        beside = report.add(f"start, {what}, nobody else", seconds)
        crowded = await _starts(place, first, name, scale.repeats)
        report.add(f"start, {what}, {len(sizes)} live prompts", crowded, beside=beside)


async def _starts(place: School, student: Student, path: str, repeats: int) -> list[float]:
    runs: list[str] = []
    for _ in range(repeats):
        run, channel = await student.run(path)
        await student.leave(run, channel)
        runs.append(run)
    return [taken for run in runs if (taken := place.trace.first_byte(run)) is not None]


async def _start(student: Student, path: str, text: str) -> tuple[str, int]:
    await student.save(path, text)
    run, channel = await student.run(path)
    await student.sees(channel, b">>> ")
    return run, channel


def _sandboxes(server: int) -> list[tuple[bool, float]]:
    """Return of every sandbox whether it is somebody's, and its megabytes: below server, keeper, launcher, watcher and zygote."""
    inits = [server]
    for _ in range(5):
        inits = [child for parent in inits for child in procfs.children(parent)]
    found: list[tuple[bool, float]] = []
    for init in inits:
        size = procfs.memory_bytes(procfs.processes(init), EXACT) / 1e6
        if size:
            found.append((_is_somebodys(init), size))
    return found


def _is_somebodys(init: int) -> bool:
    try:
        with open(f"/proc/{init}/mountinfo", encoding="utf-8") as file:  # noqa: PTH123 - of another process, which may end
            return "/workspaces/" in file.read()
    except OSError:
        return False
