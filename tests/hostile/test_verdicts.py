"""Every hostile program in a real sandbox, at every tier of this machine: what it tries is refused, but for what the table lists."""

import shutil
from pathlib import Path

import pytest

from pythonide_sandbox.layers import Tier
from tests.hostile.ground import Ground, unsandboxed
from tests.hostile.services import Services
from tests.hostile.verdicts import DO_NOT_WORK, VERDICTS, Verdict

HARMLESS_ANYWHERE = {
    "network": {"tcp loopback", "udp loopback", "abstract socket of the host", "path socket of the host"},
    "read_absolute": {"read 0", "stat 0", "read 1", "list parent 0"},
    "spying": {"inotify", "cachestat", "mincore", "RWF_NOWAIT", "lease on one's own file"},
    "own_proc": {"/proc/self/mountinfo", "/proc/self/cgroup"},
    "memory_shared": {"memfd_create", "shmget"},
    "undo": {"a fresh interpreter is free"},
    "pairs": {"send from a datagram pair", "connect a datagram pair"},
    "many_children": {"150 children"},
    "strangers": {"comm", "threads", "a list of them"},
}
"""Programs that do no harm outside, with something of which a refusal in the sandbox must not be the program's own fault."""


def filled(verdict: Verdict, ground: Ground, services: Services) -> list[str]:
    """Put what exists on this machine into a program's arguments."""
    course = ground.course_folder
    words = {"{course}": course, "{notes}": f"{course}/notes.md", **services.arguments()}
    found: list[str] = []
    for argument in verdict.arguments:
        found += ground.targets if argument == "{targets}" else [words.get(argument, argument)]
    return found


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict.program)
async def test_what_a_program_tries_is_refused(
    verdict: Verdict, tier: Tier, ground: Ground, services: Services
) -> None:
    seen = await ground.run(verdict.program, *filled(verdict, ground, services), workspace=ground.new_workspace())
    assert verdict.unexpected(seen.worked, tier) == frozenset()
    assert services.reached() == []
    assert [what for what, word in ground.markers().items() if word in seen.text] == []
    assert ground.unharmed()


async def test_what_a_lesson_needs_works(ground: Ground, tier: Tier) -> None:
    seen = await ground.run("still_works", workspace=ground.new_workspace())
    assert frozenset(seen.results) - seen.worked == DO_NOT_WORK.get(tier, frozenset())


@pytest.mark.parametrize("program", sorted(HARMLESS_ANYWHERE))
async def test_outside_the_sandbox_the_same_program_gets_through(
    program: str, ground: Ground, services: Services, tmp_path: Path
) -> None:
    """A program that fails everywhere would prove nothing."""
    verdict = next(verdict for verdict in VERDICTS if verdict.program == program)
    arguments = filled(verdict, ground, services)
    if program == "read_absolute":
        arguments = [str(shutil.copy(target, tmp_path)) for target in ground.targets[:2]]
    if program == "spying":
        shared = tmp_path / "notes.md"
        shared.write_text("x", encoding="utf-8")
        arguments = [str(shared)]
    seen = unsandboxed(program, tmp_path, arguments)
    assert seen.worked >= HARMLESS_ANYWHERE[program]


def test_every_program_is_run_by_a_test() -> None:
    """A program that no test names would rot unnoticed."""
    here = Path(__file__).parent
    tests = "".join(path.read_text(encoding="utf-8") for path in here.glob("*.py"))
    programs = {path.stem for path in (here / "programs").glob("*.py")} - {"attempt"}
    assert {name for name in programs if f'"{name}"' not in tests} == set()
