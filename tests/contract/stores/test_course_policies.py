"""What a course chooses for its programs, and that the next Run gets it, on both databases."""

import json
from dataclasses import replace

import anyio
import pytest
from sqlalchemy import select, update

from pythonide.domain.errors import BadRequestError, NotFoundError
from pythonide.execution.policy import BOUNDS, MIB, PolicyChoice, RunPolicy, policy_of
from pythonide.persistence.tables import AuditRow, CoursePolicyRow
from tests.fakes.school import School


async def policy_at_run(school: School, course: str, person: str) -> RunPolicy:
    """Ask what Run asks, as that person in their workspace."""
    found = await school.courses.keyed(course)
    assert found is not None
    user = await school.identity.user_named(person) or await school.person(person, found)
    return (await school.access.rights_of(user.id, await school.own(user))).policy


async def test_a_choice_holds_from_the_next_run_on_and_for_its_course_alone(school: School) -> None:
    await school.courses.create("python", "Python")
    await school.courses.create("other", "Another")
    usual = await policy_at_run(school, "python", "ada")
    assert usual == RunPolicy()
    everything = {"environment": "bare", "memory_bytes": 64 * MIB, "cpu_seconds": 5, "wall_seconds": 7}
    further = {"processes": 8, "file_bytes": MIB, "open_files": 130, "tmp_bytes": 2 * MIB, "idle_seconds": 90}
    await school.administration.change_course_policy("python", everything | further | {"running": 1, "prompts": 2})
    policy = await policy_at_run(school, "python", "ada")
    assert (policy.environment, policy.running, policy.prompts) == ("bare", 1, 2)
    assert (policy.patience.idle, policy.patience.warning) == (90.0, 45.0)
    limits = policy.limits
    assert (limits.memory_bytes, limits.cpu_seconds, limits.wall_seconds) == (64 * MIB, 5.0, 7.0)
    assert (limits.processes, limits.file_bytes, limits.open_files, limits.tmp_bytes) == (8, MIB, 130, 2 * MIB)
    assert await policy_at_run(school, "other", "bob") == usual


async def test_what_is_not_named_stays_and_none_is_the_default_again(school: School) -> None:
    await school.courses.create("python", "Python")
    await school.administration.change_course_policy("python", {"cpu_seconds": 5, "processes": 8})
    choice = await school.administration.change_course_policy("python", {"cpu_seconds": None, "running": 2})
    assert choice == PolicyChoice(processes=8, running=2) == await school.administration.course_policy("python")
    async with school.transactions.read() as connection:
        audited = (await connection.scalars(select(AuditRow.details).where(AuditRow.action == "course.policy"))).all()
    assert [json.loads(details) for details in audited][-1] == {"cpu_seconds": None, "running": 2}


@pytest.mark.parametrize("name", BOUNDS)
async def test_out_of_bounds_is_refused_and_changes_nothing(school: School, name: str) -> None:
    await school.courses.create("python", "Python")
    least, most = BOUNDS[name]
    for value in (least, most):
        await school.administration.change_course_policy("python", {name: value})
    for value in (least - 1, most + 1, -(2**60), 2**60):
        with pytest.raises(BadRequestError) as refusal:
            await school.administration.change_course_policy("python", {name: value})
        assert refusal.value.details == {"choice": name, "least": least, "most": most}
    assert await school.administration.course_policy("python") == replace(PolicyChoice(), **{name: most})


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "..", "x" * 65, "ä", "a\n"])
async def test_what_cannot_be_an_environment_is_refused(school: School, name: str) -> None:
    await school.courses.create("python", "Python")
    with pytest.raises(BadRequestError):
        await school.administration.change_course_policy("python", {"environment": name})


async def test_unknown_limits_and_courses_are_refused(school: School) -> None:
    await school.courses.create("python", "Python")
    with pytest.raises(BadRequestError):
        await school.administration.change_course_policy("python", {"course_id": "x"})
    with pytest.raises(NotFoundError):
        await school.administration.change_course_policy("absent", {"running": 1})


async def test_changes_made_at_once_are_all_kept(school: School) -> None:
    await school.courses.create("python", "Python")
    async with anyio.create_task_group() as group:
        for name in ("running", "prompts", "processes"):
            group.start_soon(school.administration.change_course_policy, "python", {name: 2})
    assert await school.administration.course_policy("python") == PolicyChoice(running=2, prompts=2, processes=2)


async def test_what_was_stored_out_of_bounds_is_clamped_when_it_is_used(school: School) -> None:
    await school.courses.create("python", "Python")
    await school.administration.change_course_policy("python", {"running": 2})
    async with school.transactions.begin() as transaction:
        mad = {"memory_bytes": 1, "running": 1000, "environment": "../x"}
        await transaction.connection.execute(update(CoursePolicyRow).values(**mad))
    policy = await policy_at_run(school, "python", "ada")
    assert (policy.limits.memory_bytes, policy.running) == (BOUNDS["memory_bytes"][0], BOUNDS["running"][1])
    assert policy.environment == RunPolicy().environment


def test_memory_follows_the_environment_unless_it_was_chosen() -> None:
    assert policy_of(PolicyChoice(environment="bare")).limits.memory_bytes == 256 * MIB
    assert policy_of(PolicyChoice()).limits.memory_bytes == 512 * MIB
    assert policy_of(PolicyChoice(environment="bare", memory_bytes=MIB * 99)).limits.memory_bytes == 99 * MIB
