"""Making a course with content, as often as one likes: what is there already stays as its owner left it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from pythonide.domain.errors import AlreadyExistsError, NotFoundError
from pythonide.domain.ids import WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.execution.policy import PolicyChoice
from pythonide.features.administration.model import (
    CourseContent,
    Enrolled,
    Files,
    Invitation,
    PersonContent,
    check_course,
    check_people,
)
from pythonide.features.courses.model import Course
from pythonide.features.courses.service import Courses
from pythonide.features.identity.model import LinkPurpose, SiteRole, User
from pythonide.features.identity.service import Identity
from pythonide.features.workspaces.model import MAX_LISTED
from pythonide.features.workspaces.service import Workspaces
from pythonide.ports import WorkspaceFiles

DEMO_LINK = timedelta(hours=12)
PASSWORD_LINK = timedelta(days=14)
"""Long enough to be handed out on paper in the next lesson."""


class Administration:
    """The use cases of setting up."""

    def __init__(self, identity: Identity, courses: Courses, workspaces: Workspaces, files: WorkspaceFiles) -> None:
        self._identity = identity
        self._courses = courses
        self._workspaces = workspaces
        self._files = files

    async def create_course_with_content(self, content: CourseContent) -> tuple[Course, tuple[User, ...]]:
        """Make what is missing of the course, its folders, people and their first files; return who takes part."""
        course = await self._courses.keyed(content.key) or await self._courses.create(content.key, content.title)
        for name, files in content.folders.items():
            folder = await self._workspaces.course_folder(course, name)
            await self._fill(folder.id, files)
        return course, tuple([await self._take_in(course, person) for person in content.people])

    async def seed_demo(self, content: CourseContent) -> tuple[Invitation, ...]:
        """Make the demo class where it is missing, and a fresh sign-in link for each person."""
        _, users = await self.create_course_with_content(content)
        return tuple(
            [
                Invitation(
                    user.display_name,
                    person.role,
                    await self._identity.issue_link(user.id, LinkPurpose.SIGN_IN, DEMO_LINK),
                )
                for person, user in zip(content.people, users, strict=True)
            ]
        )

    async def create_course(self, content: CourseContent) -> tuple[Enrolled, ...]:
        """Make a new course with its people; those without a password get a link to set one. Raises `AlreadyExistsError`."""
        check_course(content.key, content.title)
        check_people(content.people)
        if await self._courses.keyed(content.key):
            raise AlreadyExistsError(f"There is already a course “{content.key}”.")
        await self.create_course_with_content(content)
        return await self._enrolled(content.people)

    async def enrol(self, key: str, people: Sequence[PersonContent]) -> tuple[Enrolled, ...]:
        """Let people take part in a course there is; who takes part already gets the role named now. Raises `NotFoundError`."""
        check_people(people)
        course = await self._course(key)
        for person in people:
            await self._take_in(course, person)
        return await self._enrolled(people)

    async def course_policy(self, key: str) -> PolicyChoice:
        """Return what a course has chosen for its programs; raises `NotFoundError`."""
        return await self._courses.policy((await self._course(key)).id)

    async def change_course_policy(self, key: str, changes: Mapping[str, int | str | None]) -> PolicyChoice:
        """Change what is named of a course's choice; raises `NotFoundError` and `BadRequestError`."""
        return await self._courses.change_policy((await self._course(key)).id, changes)

    async def courses_with_environment(self, name: str) -> tuple[str, ...]:
        """Return the keys of the courses whose programs are to run in this environment."""
        return await self._courses.with_environment(name)

    async def new_link(self, login_name: str) -> str:
        """Return the token of a link with which a person sets a password anew; raises `NotFoundError`."""
        user = await self._identity.user_named(login_name)
        if user is None:
            raise NotFoundError(f"Nobody signs in as “{login_name}”.")
        return await self._identity.issue_link(user.id, LinkPurpose.SET_PASSWORD, PASSWORD_LINK)

    async def _course(self, key: str) -> Course:
        course = await self._courses.keyed(key)
        if course is None:
            raise NotFoundError(f"There is no course “{key}”.")
        return course

    async def _enrolled(self, people: Sequence[PersonContent]) -> tuple[Enrolled, ...]:
        return tuple([await self._invited(person) for person in people])

    async def _invited(self, person: PersonContent) -> Enrolled:
        user = await self._identity.user_named(person.login_name)
        if user is None:
            raise NotFoundError(f"Nobody signs in as “{person.login_name}”.")
        token = None if user.has_password else await self.new_link(user.login_name)
        return Enrolled(user.login_name, user.display_name, person.role, token)

    async def _take_in(self, course: Course, person: PersonContent) -> User:
        user = await self._identity.user_named(person.login_name)
        if user is None:
            user = await self._identity.add_user(person.login_name, person.display_name, SiteRole.MEMBER)
        await self._courses.enrol(user.id, course.id, person.role)
        if person.files:
            workspace = await self._workspaces.personal(user.id, course)
            await self._fill(workspace.id, person.files)
        return user

    async def _fill(self, workspace: WorkspaceId, files: Files) -> None:
        """Write the first files into an empty tree; a tree in use is its owner's, deletions included."""
        if await self._files.entries(workspace, limit=MAX_LISTED):
            return
        for text, data in files.items():
            path = WorkspacePath.parse(text)
            await self._make_folders(workspace, path.parent)
            await self._files.write(workspace, path, data, exclusive=True)

    async def _make_folders(self, workspace: WorkspaceId, folder: WorkspacePath) -> None:
        if folder.text == "":
            return
        await self._make_folders(workspace, folder.parent)
        try:
            await self._files.make_folder(workspace, folder)
        except AlreadyExistsError:
            return
