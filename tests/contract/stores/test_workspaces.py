"""Who sees and changes which tree, texts and their conflicts, and the demo class, on both databases."""

import pytest

from pythonide.domain.errors import (
    AlreadyExistsError,
    ConflictError,
    InvalidNameError,
    NotFoundError,
    NotTextError,
    ReadOnlyError,
)
from pythonide.domain.ids import WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.features.administration.model import CourseContent, PersonContent
from pythonide.features.courses.model import CourseRole
from pythonide.features.documents.model import revision_of
from pythonide.features.identity.model import Visitor
from pythonide.features.workspaces.access import WriteGrant
from tests.fakes.school import OTHER_TAB, TAB, School, nobody_id

MAIN = WorkspacePath.parse("main.py")


async def own_grant(school: School, name: str = "ada") -> WriteGrant:
    course = await school.courses.keyed("python") or await school.courses.create("python", "Python")
    user = await school.person(name, course)
    return await school.access.to_write(user.id, await school.own(user))


async def test_who_may_see_and_change_what(school: School) -> None:
    course = await school.courses.create("python", "Python")
    ada, bob = await school.person("ada", course), await school.person("bob", course)
    teacher = await school.person("tea", course, CourseRole.INSTRUCTOR)
    observer = await school.person("obi", course, CourseRole.OBSERVER)
    outsider = await school.person("out")
    hers, his, staffs = await school.own(ada), await school.own(bob), await school.own(teacher)
    notes = (await school.workspaces.course_folder(course, "notes")).id

    async def may(user: str, workspace: WorkspaceId) -> str:
        who = {"ada": ada, "tea": teacher, "obi": observer, "out": outsider}[user].id
        try:
            await school.access.to_write(who, workspace)
        except ReadOnlyError:
            return "read"
        except NotFoundError:
            return "nothing"
        return "write"

    table = {
        (user, name): await may(user, workspace)
        for user in ("ada", "tea", "obi", "out")
        for name, workspace in (("hers", hers), ("his", his), ("staffs", staffs), ("notes", notes))
    }
    assert {key for key, right in table.items() if right == "write"} == {
        ("ada", "hers"),
        ("tea", "staffs"),
        ("tea", "notes"),
    }
    assert {key for key, right in table.items() if right == "read"} == {
        ("tea", "hers"),
        ("tea", "his"),
        ("ada", "notes"),
        ("obi", "notes"),
    }
    rights = await school.access.rights_of(teacher.id, hers)
    assert (rights.may_watch, rights.may_run) == (True, False)
    assert (await school.access.rights_of(ada.id, hers)).may_run
    assert not (await school.access.rights_of(ada.id, notes)).may_watch
    await school.courses.end_enrolment(ada.id, course.id)
    assert await may("ada", hers) == "nothing"
    assert await may("ada", notes) == "nothing"
    with pytest.raises(NotFoundError):
        await school.access.to_read(nobody_id(), hers)


async def test_a_text_is_saved_on_its_base_and_a_refused_one_is_kept(school: School) -> None:
    grant = await own_grant(school)
    first = await school.documents.create(grant, MAIN, "a = 1\n")
    second = await school.documents.save(grant, MAIN, first, "a = 2\n", TAB)
    assert await school.documents.save(grant, MAIN, first, "a = 2\n", TAB) == second, "a resent save is answered"
    with pytest.raises(ConflictError) as refused:
        await school.documents.save(grant, MAIN, first, "mine\n", OTHER_TAB)
    assert refused.value.details["currentText"] == "a = 2\n"
    assert refused.value.details["currentRevision"] == second
    kept = WorkspacePath.parse(str(refused.value.details["keptAs"]))
    assert await school.workspaces.read(grant, kept) == b"mine\n"
    with pytest.raises(ConflictError) as again:
        await school.documents.save(grant, MAIN, first, "mine, longer\n", OTHER_TAB)
    assert again.value.details["keptAs"] == kept.text
    assert await school.workspaces.read(grant, kept) == b"mine, longer\n"
    assert await school.workspaces.read(grant, MAIN) == b"a = 2\n"


async def test_line_ends_and_mark_of_a_file_stay(school: School) -> None:
    grant = await own_grant(school)
    await school.workspaces.create(grant, MAIN, b"\xef\xbb\xbfa\r\nb\r\n")
    loaded = await school.documents.load(grant, MAIN)
    assert loaded.text == "a\nb\n"
    await school.documents.save(grant, MAIN, loaded.revision, "a\nc\n", TAB)
    assert await school.workspaces.read(grant, MAIN) == b"\xef\xbb\xbfa\r\nc\r\n"


@pytest.mark.parametrize("data", [b"\0", b"\xff\xfe", b"\xe4"])
async def test_what_is_no_text_is_said_so(school: School, data: bytes) -> None:
    grant = await own_grant(school)
    await school.workspaces.create(grant, MAIN, data)
    with pytest.raises(NotTextError):
        await school.documents.load(grant, MAIN)


async def test_a_run_holds_exactly_the_named_revisions(school: School) -> None:
    grant = await own_grant(school)
    revision = await school.documents.create(grant, MAIN, "a = 1\n")
    async with school.documents.holding(grant.workspace, {MAIN: revision}):
        pass
    with pytest.raises(ConflictError) as refused:
        async with school.documents.holding(grant.workspace, {MAIN: revision_of(b"other")}):
            pytest.fail("started another text")
    assert refused.value.details["path"] == "main.py"


async def test_a_watched_tree_and_its_texts_are_told_of_what_a_program_wrote(school: School) -> None:
    grant = await own_grant(school)
    await school.documents.create(grant, MAIN, "a = 1\n")
    with school.trees.watching(grant.workspace):
        await school.workspaces.tree(grant)
        await school.files.write(grant.workspace, MAIN, b"written = True\n")
        await school.files.write(grant.workspace, WorkspacePath.parse("out.csv"), b"1,2\n")
        school.trees.run_began(grant.workspace)
        await school.trees.run_ended(grant.workspace)
        assert school.heard.trees[-1] == (grant.workspace, {"main.py", "out.csv"}, set())
        assert school.heard.documents[-1] == ("main.py", revision_of(b"written = True\n"), None)
        await school.bin.put(grant, [MAIN])
        assert school.heard.trees[-1] == (grant.workspace, set(), {"main.py"})


@pytest.mark.parametrize("name", ["CON", "aux.txt", "a:b", "end.", "__pycache__", "what?"])
async def test_names_that_would_not_travel_are_refused(school: School, name: str) -> None:
    grant = await own_grant(school)
    with pytest.raises(InvalidNameError):
        await school.workspaces.make_folder(grant, WorkspacePath.parse(name))


async def test_names_that_differ_in_case_only_clash_but_may_be_changed(school: School) -> None:
    grant = await own_grant(school)
    await school.documents.create(grant, MAIN, "")
    with pytest.raises(AlreadyExistsError):
        await school.documents.create(grant, WorkspacePath.parse("Main.py"), "")
    await school.workspaces.rename(grant, MAIN, WorkspacePath.parse("Main.py"))
    assert [entry.path.text for entry in (await school.workspaces.tree(grant)).entries] == ["Main.py"]


async def test_the_demo_class_is_made_once_and_invited_each_time(school: School) -> None:
    ada = PersonContent("ada", "Ada", CourseRole.STUDENT, {"main.py": b"print(1)\n", "lib/tools.py": b""})
    tea = PersonContent("tea", "Ms Tea", CourseRole.INSTRUCTOR, {})
    content = CourseContent("demo", "Demo", (tea, ada), {"notes": {"a.md": b"# A\n"}})
    await school.administration.seed_demo(content)
    user = await school.identity.user_named("ada")
    assert user is not None
    grant = await school.access.to_write(user.id, await school.own(user))
    await school.bin.put(grant, [MAIN])
    invitations = await school.administration.seed_demo(content)
    signed_in = await school.identity.sign_in_by_link(invitations[1].token, Visitor("192.0.2.1"))
    assert signed_in.login.user.id == user.id
    entries = [entry.path.text for entry in (await school.workspaces.tree(grant)).entries]
    assert entries == ["lib", "lib/tools.py"], "what its owner deleted stays deleted"
    assert [view.name for view in await school.workspaces.of(user.id)] == ["Ada", "notes"]
