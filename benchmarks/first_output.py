"""From Run to the first byte of output, beside peers in the same minutes: one alone, and whole classes at once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.contestants import Command, Contestant, Kernel, Ours, bubblewrap, ours, plain
from benchmarks.figures import Figure, Report
from benchmarks.programs import COMPARED
from benchmarks.scale import Scale
from benchmarks.school import NotHereError, School, school

NOTE = (
    "Our runs: from the decoded command to the first byte in the output log, in a real server, students on real sockets; “seen at the page”: from "
    "the common press to the first byte at each client. Plain Python and bubblewrap: from the call to the first byte on a terminal, many "
    "at once from their common start. Jupyter: from the start of a kernel (or from the request to one that is idle) to the first output message. "
    "The contestants take turns within each repeat. Clients and peers share the processors with the server. Plain Python has the students' "
    "packages and nothing else; tier A's is the interpreter that runs the server, tier B's is the system's. “Forked on demand” is a server that keeps none ready."
)
PLAIN = "plain python"
TIERS = ("A", "B")


@dataclass
class Field:
    """Who takes part: each with the peer that its ratio is to."""

    entries: list[tuple[Contestant, Command]] = field(default_factory=list[tuple[Contestant, Command]])

    def add(self, contestant: Contestant, beside: Command) -> None:
        """Take one more."""
        self.entries.append((contestant, beside))


def measure(scale: Scale) -> Report:
    """Measure at every tier this machine gives."""
    report = Report("first-output", NOTE)
    asyncio.run(_measure_for(report, scale))
    return report


async def _measure_for(report: Report, scale: Scale) -> None:
    try:
        async with asyncio.timeout(scale.minutes * 60):
            await _measure(report, scale)
    except TimeoutError:
        report.note += f" Ended after {scale.minutes:.0f} minutes: what came last has fewer repeats, or none."


async def _measure(report: Report, scale: Scale) -> None:
    async with _field(report, scale) as entered:
        for program in COMPARED:
            for count in (1, *scale.at_once):
                print(f"   … {program}, {count}", flush=True)
                try:
                    await _take_turns(entered, program, count, scale)
                finally:  # it takes long: what was measured before an interrupt stays measured
                    _report(report, entered, program, count)
                    if scale.everything:
                        report.write()


async def _take_turns(entered: Field, program: str, count: int, scale: Scale) -> None:
    for number in range(scale.repeats if count == 1 else scale.rounds):
        for contestant, beside in entered.entries:
            if count == 1 or _goes_again(contestant, beside, number, scale):
                await contestant.start(program, count)


def _goes_again(contestant: Contestant, beside: Command, number: int, scale: Scale) -> bool:
    """Tell who starts many at once in this round: peers take long, and one round of theirs gives many samples."""
    return isinstance(contestant, Ours) or (number == 0 and (scale.everything or contestant is beside))


@asynccontextmanager
async def _field(report: Report, scale: Scale) -> AsyncGenerator[Field]:
    entered = Field()
    async with AsyncExitStack() as stack:
        for tier in TIERS if scale.everything else TIERS[:1]:
            try:
                place = stack.enter_context(school(tier, max(scale.at_once)))
                await _enter(stack, entered, place, tier, scale)
            except NotHereError as reason:
                report.note += f" Tier {tier} was not measured: {reason}."
                continue
            if tier == TIERS[0]:
                _peers(report, entered, place)
        yield entered


async def _enter(stack: AsyncExitStack, entered: Field, place: School, tier: str, scale: Scale) -> None:
    beside = plain(f"{PLAIN} (tier {tier}'s interpreter)", place)
    entered.add(beside, beside)
    entered.add(await stack.enter_async_context(ours(f"parked, tier {tier}", place, again=True)), beside)
    if scale.everything:
        none_ready = stack.enter_context(school(tier, max(scale.at_once), parked=0))
        entered.add(await stack.enter_async_context(ours(f"forked on demand, tier {tier}", none_ready)), beside)


def _peers(report: Report, entered: Field, place: School) -> None:
    _, beside = entered.entries[0]
    for make, what in ((bubblewrap, "bubblewrap + python"), (Kernel, "Jupyter kernel")):
        try:
            entered.add(make(what, place), beside)
        except NotHereError as reason:
            report.note += f" {what} was not measured: {reason}."


def _report(report: Report, entered: Field, program: str, count: int) -> None:
    where = f"{program}, {'alone' if count == 1 else f'{count} at once'}"
    plains: dict[int, Figure] = {}
    for contestant, beside in entered.entries:
        for what, samples in contestant.samples():
            if samples[program, count]:
                peer = plains.get(id(beside))
                figure = report.add(f"{what}: {where}", samples[program, count], beside=peer)
                plains.setdefault(id(beside), figure)
