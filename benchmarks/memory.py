"""Memory that is really used (PSS: shared pages count by their share): the idle server, and each live prompt."""

import asyncio
from pathlib import Path

from benchmarks.figures import Report
from benchmarks.school import NotHereError, Student, school, signed_in
from pythonide_sandbox import procfs

LIVE = 20
SETTLE_SECONDS = 3.0
IMPORTS = "import numpy, pandas\nimport matplotlib.pyplot as plt\n"
PROGRAMS = {
    "live prompt": 'print("hello")\n',
    "live prompt after imports": IMPORTS,
    "live prompt after one plot": f"{IMPORTS}plt.plot([1, 2])\nplt.show()\n",
}


def measure() -> Report:
    """Measure at the best tier."""
    report = Report(
        "memory",
        f"Proportional set size. Prompts: the growth of everything by {LIVE} live ones, divided by {LIVE}; refilled parked sandboxes included.",
    )
    for tier in ("A", "B"):
        try:
            with school(tier, LIVE) as place:
                asyncio.run(_measure(report, place.links, place.server.process.pid))
                break
        except NotHereError:
            continue
    return report


async def _measure(report: Report, links: list[str], server: int) -> None:
    async with signed_in(links) as students:
        await asyncio.sleep(SETTLE_SECONDS)
        idle = _tree(server)
        report.add("server, launcher, zygotes and parked sandboxes, idle", [sum(idle.values())], unit="MB")
        report.add("server alone", [idle[server]], unit="MB")
        for depth, what in enumerate(("launcher", "keepers", "zygotes")):
            report.add(f"{what}, all", [sum(idle[pid] for pid in idle if _depth(pid, server) == depth + 1)], unit="MB")
        parked = [idle[pid] for pid in idle if _depth(pid, server) > 3]
        report.add("parked sandbox (two processes)", [2 * sum(parked) / len(parked)], unit="MB")
        for what, text in PROGRAMS.items():
            live = [await _start(student, what, text) for student in students]
            await asyncio.sleep(SETTLE_SECONDS)
            report.add(what, [(sum(_tree(server).values()) - sum(idle.values())) / LIVE], unit="MB")
            for student, (run, channel) in zip(students, live, strict=True):
                await student.leave(run, channel)


async def _start(student: Student, what: str, text: str) -> tuple[str, int]:
    path = f"{what.replace(' ', '-')}.py"
    await student.save(path, text)
    run, channel = await student.run(path)
    await student.sees(channel, b">>> ")
    return run, channel


def _tree(server: int) -> dict[int, float]:
    return {pid: _megabytes(pid) for pid in (server, *procfs.processes(server)) if Path(f"/proc/{pid}").exists()}


def _megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _depth(pid: int, server: int) -> int:
    depth = 0
    while pid != server:
        pid = int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])
        depth += 1
    return depth
