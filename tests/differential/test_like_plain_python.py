"""A run behaves as plain Python on a terminal does, but for what the table of permitted differences says."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from pythonide.adapters.sandbox import LauncherConfig
from pythonide.adapters.sandbox.launcher import SCIENTIFIC as SCIENCE
from pythonide.adapters.students_python import NoPythonError, StudentsPython, find
from tests.differential.permitted import DIFFERENCES, PAGE, page, permitted_for
from tests.differential.playing import Both, Played, environment_of, play_all
from tests.differential.program import Program, all_programs
from tests.system.sandbox.benches import OWNER, open_bench
from tools.demo_server import share_environments

PROGRAMS = [program for program in all_programs() if not program.scientific]
SHORT = [program.name for program in PROGRAMS if not program.rare]
LONG = [program.name for program in PROGRAMS if program.rare]
SCIENTIFIC = [program for program in all_programs() if program.scientific]
OTHERS = [
    version
    for version in ("3.11", "3.12", "3.13", "3.14")
    if version != f"{sys.version_info.major}.{sys.version_info.minor}"
]
_BESIDE = Path(sys.base_prefix).parent
"""Where version managers keep the other versions."""


def python_of(version: str) -> StudentsPython | None:
    """Return an installed Python of that version, if there is one."""
    found = [shutil.which(f"python{version}"), *sorted(_BESIDE.glob(f"*/bin/python{version}"))]
    for path in filter(None, found):
        try:
            python = find(Path(path))
        except NoPythonError:  # a shim of a version manager that has no such version
            continue
        if python.short == version:
            return python
    return None


def played(python: StudentsPython, programs: Sequence[Program], *, scientific: bool = False) -> dict[str, Both]:
    """Play programs both ways, in a sandbox of that Python; scientific ones with all packages that students have."""

    async def play() -> dict[str, Both]:
        preload = {"scientific": SCIENCE} if scientific else {"bare": ()}
        config = LauncherConfig(data, OWNER, interpreter=python.prefix, preload=preload, parked=2)
        async with open_bench(config) as bench:
            return await play_all(bench, programs, python.version)

    data = Path(tempfile.mkdtemp(prefix="differential-"))
    data.chmod(0o755)
    try:
        if scientific:
            share_environments(data)
        else:
            environment_of(python, data)
        return asyncio.run(play())
    finally:
        shutil.rmtree(data)


def chosen(request: pytest.FixtureRequest, names: Sequence[str]) -> list[Program]:
    """Return the programs of `names` that a test of this session asks for: whoever selects one test waits for one program."""
    asked = {
        item.callspec.params.get("name")
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and hasattr(item, "callspec")
    }
    return [program for program in PROGRAMS if program.name in asked.intersection(names)]


@pytest.fixture(scope="module")
def short(request: pytest.FixtureRequest) -> dict[str, Both]:
    return played(find(None), chosen(request, SHORT))


@pytest.fixture(scope="module")
def long(request: pytest.FixtureRequest) -> dict[str, Both]:
    return played(find(None), chosen(request, LONG))


@pytest.fixture(scope="module")
def elsewhere(request: pytest.FixtureRequest) -> dict[str, Both]:
    python = python_of(request.param)
    if python is None:
        pytest.skip(f"no Python {request.param} is installed; put python{request.param} on PATH to compare with it")
    return played(python, [program for program in PROGRAMS if not program.slow])


@pytest.fixture(scope="module")
def scientific() -> dict[str, Both]:
    return played(find(None), SCIENTIFIC, scientific=True)


@pytest.mark.parametrize("name", SHORT)
def test_a_run_behaves_as_plain_python(short: dict[str, Both], name: str) -> None:
    compare(name, short[name])


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", LONG)
def test_a_run_behaves_as_plain_python_also_in_rare_ways(long: dict[str, Both], name: str) -> None:
    compare(name, long[name])


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("program", SCIENTIFIC, ids=lambda program: program.name)
def test_a_scientific_run_behaves_as_plain_python(scientific: dict[str, Both], program: Program) -> None:
    both = scientific[program.name]
    compare(program.name, both)
    assert program.plots in (None, both.run.plots)
    assert both.plain.plots == 0


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("elsewhere", OTHERS, indirect=True)
def test_a_run_behaves_as_plain_python_of_other_versions(elsewhere: dict[str, Both]) -> None:
    wrong: list[str] = []
    for name, both in elsewhere.items():
        try:
            compare(name, both)
        except AssertionError as error:
            wrong.append(f"{name}: {error}")
    assert wrong == []


def compare(name: str, both: Both) -> None:
    plain, run = both.plain, both.run
    permitted = permitted_for(name)
    assert not plain.hung, "plain Python waits for somebody to type"
    assert not run.hung, "the run waits for somebody to type"
    assert not permitted or plain.text != run.text, "nothing differs any more: take it out of the table"
    texts = plain.text, run.text
    for difference in permitted:
        texts = difference.alike(texts[0]), difference.alike(texts[1])
    assert texts[1] == texts[0]
    assert (run.exit_code, run.files) == (plain.exit_code, plain.files)


def test_a_difference_is_noticed() -> None:
    both = Both(Played("1\n", 0), Played("2\n", 0))
    with pytest.raises(AssertionError):
        compare("hello", both)
    with pytest.raises(AssertionError):
        compare("hello", Both(Played("1\n", 0), Played("1\n", 1)))
    with pytest.raises(AssertionError, match="nothing differs any more"):
        compare("state_outer_frames", Both(Played("1\n", 0), Played("1\n", 0)))


def test_programs_of_the_table_are_there() -> None:
    names = {program.name for program in all_programs()}
    assert {name for difference in DIFFERENCES for name in difference.programs} <= names


def test_the_page_of_differences_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.differential.permitted"


def test_there_are_enough_programs_to_mean_something() -> None:
    assert len(SHORT) >= 120
