"""Files as explorers see them: a document goes where its file goes, and what is read or taken away is written first."""

from typing_extensions import override

from pythonide.domain.ids import WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.features.documents.log import DocumentLog
from pythonide.features.documents.materialiser import Materialiser
from pythonide.ports import FileEntry, WorkspaceFiles


class FilesWithDocuments(WorkspaceFiles):
    """The `WorkspaceFiles` port for everybody but documents themselves."""

    def __init__(self, files: WorkspaceFiles, log: DocumentLog, materialiser: Materialiser) -> None:
        self._files = files
        self._log = log
        self._materialiser = materialiser

    @override
    async def rename(self, workspace: WorkspaceId, source: WorkspacePath, target: WorkspacePath) -> None:
        async with self._materialiser.holding_below(workspace, source) as found:
            await self._files.rename(workspace, source, target)
            moves = [(document, WorkspacePath(target.text + path.text[len(source.text) :])) for document, path in found]
            await self._log.move(moves, workspace)

    @override
    async def delete(self, workspace: WorkspaceId, path: WorkspacePath) -> None:
        async with self._materialiser.holding_below(workspace, path):
            await self._files.delete(workspace, path)

    @override
    async def read(self, workspace: WorkspaceId, path: WorkspacePath, *, limit: int) -> bytes:
        await self._materialiser.settle_at(workspace, path)
        return await self._files.read(workspace, path, limit=limit)

    @override
    async def ensure(self, workspace: WorkspaceId) -> None:
        await self._files.ensure(workspace)

    @override
    async def entries(self, workspace: WorkspaceId, *, limit: int) -> list[FileEntry]:
        return await self._files.entries(workspace, limit=limit)

    @override
    async def write(self, workspace: WorkspaceId, path: WorkspacePath, data: bytes, *, exclusive: bool = False) -> None:
        await self._files.write(workspace, path, data, exclusive=exclusive)

    @override
    async def make_folder(self, workspace: WorkspaceId, path: WorkspacePath) -> None:
        await self._files.make_folder(workspace, path)
