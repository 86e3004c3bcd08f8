"""`pythonide doctor`: what this machine gives, what is missing, and what to do about it, in plain words.

Exit codes: 0 a class can work here; 1 a class can work here, with the limits listed; 2 something that is needed is
missing.
"""

import json as json_format
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from pythonide.adapters import machine
from pythonide.adapters.sandbox.capacity import Capacity
from pythonide.adapters.sandbox.trial import Trial
from pythonide.app.start import NEEDS_LINUX
from pythonide.execution.policy import Caps
from pythonide_sandbox.landlock import ABI_WITH_SCOPES
from pythonide_sandbox.layers import Tier
from pythonide_sandbox.openings import LACKS, OPEN

ON_LINUX: bool = sys.platform == "linux"
PACKAGES = ("numpy", "pandas", "matplotlib")

Probe = Callable[[], Trial]
"""Runs a program to its end in the real sandbox."""
Measure = Callable[[], Capacity]
"""Runs many, for some seconds."""


class Mark(StrEnum):
    """How one check came out."""

    GOOD = "good"
    LIMITED = "limited"
    MISSING = "missing"


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, what was found, and what to do where it is not good."""

    name: str
    mark: Mark
    found: str
    remedy: str = ""


@dataclass(frozen=True)
class Subject:
    """What is examined: the installation's data directory, its students' Python, and the database it would use."""

    data: Path
    python: Path
    database: str
    packages: Path | None = None
    """Where the students' packages lie."""


@dataclass(frozen=True)
class Report:
    """The tier reached by running the real recipe, and every finding."""

    tier: Tier
    findings: tuple[Finding, ...]
    capacity: Capacity | None = None
    """How much the machine carries, if that was asked."""

    @property
    def exit_code(self) -> int:
        marks = {finding.mark for finding in self.findings}
        return 2 if Mark.MISSING in marks else 1 if Mark.LIMITED in marks else 0


TIERS = {
    Tier.FULL: "A, full: namespaces, a user id per run, limits on memory and processes for each run as a whole.",
    Tier.ROOTLESS: "B, without root: the same isolation; total memory of a run is watched instead of limited by the kernel.",
    Tier.LANDLOCK: "C, without namespaces: Landlock and a system call filter keep programs apart, less well than A and B.",
    Tier.NONE: "D, none: nothing keeps programs apart here, so the server serves the one local user at most, and only if told so. "
    "(Tier C needs no namespaces, but Landlock 6, so Linux 6.12, and a server that is not started as root.)",
}
PLACE_REMEDY = "Put the data directory and Python where their paths name nobody, such as /srv/pythonide and /usr. For the rest: see “Sandbox”."
TIER_REMEDY = (
    "Start the service as root (it gives up root at once; only the launcher keeps it), for example by systemd with Delegate=yes. "
    "Without root: allow user namespaces (sysctl user.max_user_namespaces; on Ubuntu 24.04 an AppArmor profile with `userns,` for this Python). "
    "To work alone, with programs that nothing holds: pythonide serve --single-user."
)


def diagnose(subject: Subject, probe: Probe, measure: Measure | None = None) -> Report:
    """Run the real recipe end to end, then look at each part of it; measure how much it carries if asked to."""
    trial = probe()
    findings = [*_sandbox(trial), *_kernel(trial.tier), *_storage(subject), *_environment(subject)]
    capacity = measure() if measure else None
    if capacity is not None:
        findings.append(_capacity(capacity))
    return Report(trial.tier, tuple(findings), capacity)


def run(subject: Subject, probe: Probe, measure: Measure | None = None, *, json: bool) -> int:
    """Examine, print as text or JSON, and return the exit code."""
    report = diagnose(subject, probe, measure)
    sys.stdout.write((as_json(report) if json else as_text(report)) + "\n")
    return report.exit_code


def as_text(report: Report) -> str:
    """Return the report for people: one line a finding, the remedy beneath it."""
    signs = {Mark.GOOD: "ok  ", Mark.LIMITED: "!   ", Mark.MISSING: "no  "}
    lines: list[str] = []
    for finding in report.findings:
        lines.append(f"{signs[finding.mark]}{finding.name}: {finding.found}")
        if finding.remedy and finding.mark is not Mark.GOOD:
            lines.append(f"      → {finding.remedy}")
    closing = {
        0: "A class can work here.",
        1: "A class can work here, with the limits marked “!”.",
        2: "A class cannot work here before what is marked “no” is mended.",
    }
    return "\n".join([*lines, "", closing[report.exit_code]])


def as_json(report: Report) -> str:
    """Return the report for programs."""
    return json_format.dumps(
        {
            "tier": report.tier,
            "exit_code": report.exit_code,
            "findings": [asdict(finding) for finding in report.findings],
            "capacity": None if report.capacity is None else asdict(report.capacity),
        },
        indent=2,
        ensure_ascii=False,
    )


def _sandbox(trial: Trial) -> Iterator[Finding]:
    mark = {Tier.LANDLOCK: Mark.LIMITED, Tier.NONE: Mark.MISSING}.get(trial.tier, Mark.GOOD)
    found = f"tier {TIERS[trial.tier]}"
    if trial.tier is Tier.NONE:
        yield Finding("Sandbox", mark, f"{found} ({trial.why})", TIER_REMEDY if ON_LINUX else NEEDS_LINUX)
        return
    yield Finding("Sandbox", mark, found, TIER_REMEDY)
    remedy = "Make the students' environment anew: pythonide setup"
    good = f"printed and ended, in: {', '.join(trial.ran)}"
    yield _finding("A program in the sandbox", good, trial.why, remedy, missing=True)
    if trial.tier is Tier.LANDLOCK:
        yield Finding("Left open at tier C", Mark.LIMITED, "; ".join(OPEN[trial.tier]), PLACE_REMEDY)
        yield Finding("Not to be had in programs at tier C", Mark.LIMITED, "; ".join(LACKS[trial.tier]), TIER_REMEDY)


def _kernel(tier: Tier) -> Iterator[Finding]:
    if sys.platform != "linux":
        yield Finding("Kernel", Mark.MISSING, f"{sys.platform}, not Linux", "See above.")
        return
    yield Finding("Kernel", Mark.GOOD, machine.kernel())
    for name, why in machine.namespaces().items():
        yield _finding(f"Namespace: {name}", "can be made", why or "", TIER_REMEDY)
    abi = machine.landlock_version()
    yield _finding(
        "Landlock",
        f"version {abi}",
        ""
        if abi >= ABI_WITH_SCOPES
        else f"version {abi}, {ABI_WITH_SCOPES} walls off signals and abstract sockets too",
        "Linux 6.12 or newer, with `landlock` in the kernel's list of security modules (lsm=).",
    )
    yield _finding(
        "System call filter",
        "holds, and refuses AF_VSOCK",
        machine.seccomp_refusal() or "",
        "A kernel with CONFIG_SECCOMP_FILTER, and a container engine that lets programs add filters.",
        missing=True,
    )
    yield _cgroups(tier)
    masked = machine.masked_proc()
    yield _finding(
        "/proc",
        "not masked",
        f"masked by a container engine ({', '.join(masked[:3])})" if masked else "",
        "Without root a fresh /proc is refused then, and runs get an empty one: start the container with an unmasked /proc.",
    )
    pattern = machine.core_pattern()
    yield _finding(
        "Core dumps",
        pattern or "pattern unknown",
        f"go to a program of root's: {pattern}" if pattern.startswith("|") else "",
        "Runs are limited to cores of one byte, which this honours; still, students' crashes start that program: sysctl kernel.core_pattern=core",
    )


def _cgroups(tier: Tier) -> Finding:
    groups = machine.cgroups()
    wanted = [name for name in machine.CONTROLLERS if name not in groups.writable]
    have = (
        f"version {groups.version}, can limit {', '.join(groups.writable) or 'nothing'}" if groups.version else "none"
    )
    remedy = "Start the service as root, or let systemd delegate cgroups to it (Delegate=yes)."
    if wanted:
        have += f"; {', '.join(wanted)} of a run as a whole: watched (a program over its memory ends within a second), not limited by the kernel"
    mark = Mark.LIMITED if wanted and (tier is Tier.FULL or "memory" in wanted) else Mark.GOOD
    return Finding("Cgroups", mark, have, remedy)


def _storage(subject: Subject) -> Iterator[Finding]:
    folder = next(path for path in (subject.data, *subject.data.parents) if path.is_dir())
    there = f"{subject.data}" if folder == subject.data else f"{subject.data} will be made in {folder}"
    usable = os.access(folder, os.W_OK | os.X_OK) and not (folder == subject.data and machine.open_to_others(folder))
    yield _finding(
        "Data directory",
        there,
        "" if usable else f"{folder} is not writable, or open to other users of this machine",
        f"Choose another with --data, or: chmod 700 {folder}",
        missing=not os.access(folder, os.W_OK | os.X_OK),
    )
    if os.geteuid() == 0:
        yield _finding(
            "Id-mapped mounts on the data's file system",
            "work: runs have user ids of their own, the files keep the server's",
            machine.idmap_refusal(folder) or "",
            "Put the data directory on ext4, XFS, Btrfs or tmpfs (Linux 5.12 or newer).",
        )
    yield Finding("Database", Mark.GOOD, subject.database)


def _environment(subject: Subject) -> Iterator[Finding]:
    remedy = "Make the students' environment anew: pythonide setup"
    why = machine.interpreter_refusal(subject.python)
    yield _finding("Students' Python", str(subject.python), why or "", remedy, missing=True)
    if why:
        return
    absent = machine.packages_missing(subject.python, PACKAGES, subject.packages)
    yield _finding("Students' packages", ", ".join(PACKAGES), f"missing: {', '.join(absent)}" if absent else "", remedy)
    if "numpy" not in absent:
        yield _finding(
            "numpy after a fork",
            "computes",
            ""
            if machine.survives_fork(subject.python, subject.packages)
            else "hangs: this build of OpenBLAS loses its threads in a fork",
            "Install another release of numpy in the students' environment (OpenBLAS 0.3.30 has this fault).",
            missing=True,
        )


def _capacity(capacity: Capacity) -> Finding:
    good = (
        f"this machine: about {capacity.starts_per_second:.0f} simultaneous starts/s, {capacity.live_sessions} live sessions "
        f"of {capacity.session_megabytes:.0f} MB in the free memory (environment {capacity.environment}; a server holds {Caps().prompts_per_node} at most)"
    )
    return _finding("Capacity", good, capacity.why and f"not measured: {capacity.why}", "See the findings above.")


def _finding(name: str, good: str, bad: str, remedy: str, *, missing: bool = False) -> Finding:
    """A finding that is good unless `bad` says why not."""
    if not bad:
        return Finding(name, Mark.GOOD, good)
    return Finding(name, Mark.MISSING if missing else Mark.LIMITED, bad, remedy)
