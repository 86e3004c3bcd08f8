"""One file of one workspace, in memory; a write may be where the server dies."""

from anyio.lowlevel import checkpoint
from typing_extensions import override

from pythonide.domain.errors import NotFoundError
from pythonide.domain.ids import WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.ports import FileEntry, WorkspaceFiles


class DiedError(BaseException):
    """The server is no more, in the middle of what it did."""


class OneFile(WorkspaceFiles):
    """The part of `WorkspaceFiles` that texts need."""

    def __init__(self, content: bytes) -> None:
        self.content: bytes | None = content
        self.dies: str | None = None
        """`before` or `after` the next write."""

    @override
    async def ensure(self, workspace: WorkspaceId) -> None:
        raise NotImplementedError

    @override
    async def entries(self, workspace: WorkspaceId, *, limit: int) -> list[FileEntry]:
        raise NotImplementedError

    @override
    async def make_folder(self, workspace: WorkspaceId, path: WorkspacePath) -> None:
        raise NotImplementedError

    @override
    async def rename(self, workspace: WorkspaceId, source: WorkspacePath, target: WorkspacePath) -> None:
        raise NotImplementedError

    @override
    async def delete(self, workspace: WorkspaceId, path: WorkspacePath) -> None:
        raise NotImplementedError

    @override
    async def read(self, workspace: WorkspaceId, path: WorkspacePath, *, limit: int) -> bytes:
        await checkpoint()
        if self.content is None:
            raise NotFoundError("It is gone.")
        return self.content

    @override
    async def write(self, workspace: WorkspaceId, path: WorkspacePath, data: bytes, *, exclusive: bool = False) -> None:
        await checkpoint()
        dies, self.dies = self.dies, None
        if dies != "before":
            self.content = data
        if dies is not None:
            raise DiedError
