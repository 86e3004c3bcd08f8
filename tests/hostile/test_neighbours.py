"""Two students at once on one machine: neither hears, sees, harms or outlives the other."""

import anyio
import pytest

from pythonide.domain.ids import WorkspaceId, new_id
from pythonide_sandbox.layers import Tier
from tests.hostile.ground import Ground, Seen, beside, drain


async def test_they_do_not_hear_each_other(ground: Ground) -> None:
    word = new_id()
    heard, said = await beside(ground, ("talk_listen", word), ("talk_send", word), b"LISTENING")
    assert "HEARD" not in heard.text
    assert said.worked == frozenset()


async def test_they_do_not_find_what_the_other_leaves(ground: Ground) -> None:
    word = new_id()
    _, found = await beside(ground, ("leave_word", word), ("find_word", word), b"LEFT")
    assert found.worked == frozenset()


async def test_one_cannot_use_up_the_others_share_of_signals(ground: Ground, tier: Tier) -> None:
    """The kernel counts them per user: a listed opening where all runs have one and no namespace of users."""
    _, asked = await beside(ground, ("signal_hoard", "hoard"), ("signal_hoard", "ask"), b"HOARDED")
    assert bool(asked.worked) == (tier is Tier.LANDLOCK)


async def test_only_flock_passes_between_them(ground: Ground) -> None:
    """A listed opening: a bit passes through a shared course file, and nothing more."""
    shared = f"{ground.course_folder}/notes.md"
    held, asked = await beside(ground, ("lock_shared", shared, "hold"), ("lock_shared", shared), b"HELD")
    assert "ALLOWED" not in held.text
    assert asked.worked == frozenset(), "the other one holds the flock; everything else is refused"


@pytest.mark.parametrize("attacker", ["kill_everybody", "fork_bomb", "zombies"])
async def test_a_neighbour_is_not_harmed(ground: Ground, attacker: str) -> None:
    said = Seen()
    with anyio.fail_after(60):
        async with ground.running("bystander", workspace=ground.new_workspace()) as bystander:
            assert await drain(bystander, said, until=b"HERE")
            async with ground.running(attacker, workspace=ground.new_workspace()) as process:
                await drain(process, Seen(), until=b"LIMIT" if attacker == "fork_bomb" else b"never")
            await bystander.write(b"word\n")
            await drain(bystander, said)
    assert "ALIVE word" in said.text


async def test_nothing_stays_for_the_next_run(ground: Ground) -> None:
    """Requirement 6: traps in the workspace, in HOME and in /tmp do not go off in the next run of the same student."""
    workspace = ground.new_workspace()
    planted = await ground.run("plant", workspace=workspace)
    assert "PLANTED" in planted.text
    for program in ("planted", "still_works"):
        seen = await ground.run(program, workspace=workspace)
        assert "TRAP" not in seen.text
        if program == "planted":
            assert seen.worked == frozenset()


async def test_links_lead_nowhere_and_carry_nothing_out(ground: Ground) -> None:
    workspace = ground.new_workspace()
    seen = await ground.run("links_out", *ground.targets, f"{ground.course_folder}/notes.md", workspace=workspace)
    assert "PREPARED" in seen.text
    assert "MADE" not in seen.text
    assert ground.unharmed()
    assert {path.stat(follow_symlinks=False).st_nlink for path in ground.folder(workspace).rglob("*.txt")} <= {1}


async def test_thirty_at_once_write_into_their_own_folders(ground: Ground) -> None:
    """Row 1, through the launcher: relative paths, the same names, at one time."""
    seen: dict[WorkspaceId, Seen] = {}
    workspaces = [ground.new_workspace() for _ in range(30)]

    async def one(workspace: WorkspaceId) -> None:
        seen[workspace] = await ground.run("class_work", workspace, workspace=workspace, within=60)

    async with anyio.create_task_group() as group:
        for workspace in workspaces:
            group.start_soon(one, workspace)
    for workspace in workspaces:
        assert f"OWN {workspace}" in seen[workspace].text
        assert (ground.folder(workspace) / "results" / "sum.txt").read_text() == workspace
