"""From commands about files, texts and the bin to use cases; rights are asked for anew each time."""

from dataclasses import dataclass
from typing import assert_never

from pythonide.domain.errors import NotFoundError
from pythonide.domain.ids import BinItemId, ClientId, Revision, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.edge.ws.connection import Connection
from pythonide.edge.ws.convert import bin_entry_of, refused_of
from pythonide.features.documents.service import Documents
from pythonide.features.workspaces.access import WorkspaceAccess, WriteGrant
from pythonide.features.workspaces.bin import Bin
from pythonide.features.workspaces.service import Workspaces
from pythonide.protocol.base import Message
from pythonide.protocol.commands import (
    BinList,
    CopyFiles,
    CreateFile,
    DeleteFile,
    Done,
    EmptyBin,
    ListBin,
    LoadDocument,
    LoadedDocument,
    MoveFiles,
    PutAway,
    PutInBin,
    Refusals,
    RenameFile,
    Restored,
    RestoreFromBin,
    SavedDocument,
    SaveDocument,
)

TreeCommand = RenameFile | MoveFiles | CopyFiles | DeleteFile
FileCommand = TreeCommand | CreateFile | LoadDocument | SaveDocument
BinCommand = PutInBin | ListBin | RestoreFromBin | EmptyBin


@dataclass(frozen=True)
class FileCommands:
    """Answers what is asked about files."""

    access: WorkspaceAccess
    workspaces: Workspaces
    documents: Documents
    bin: Bin

    async def handle(self, connection: Connection, command: FileCommand) -> Message:
        """Return the command's result, or raise why it is refused."""
        workspace = WorkspaceId(command.workspace)
        if isinstance(command, LoadDocument):
            reading = await self.access.to_read(connection.user, workspace)
            document = await self.documents.load(reading, named(command.path))
            return LoadedDocument(text=document.text, revision=document.revision, writable=reading.seen.writable)
        grant = await self.access.to_write(connection.user, workspace)
        match command:
            case CreateFile(folder=True):
                await self.workspaces.make_folder(grant, named(command.path))
                return SavedDocument(revision=None)
            case CreateFile():
                return SavedDocument(revision=await self.documents.create(grant, named(command.path), command.text))
            case SaveDocument():
                client = connection.client or ClientId("")
                base = Revision(command.base)
                revision = await self.documents.save(grant, named(command.path), base, command.text, client)
                return SavedDocument(revision=revision)
            case _:
                return await self._change_tree(grant, command)

    async def handle_bin(self, connection: Connection, command: BinCommand) -> Message:
        """Return the command's result, or raise why it is refused."""
        grant = await self.access.to_write(connection.user, WorkspaceId(command.workspace))
        match command:
            case PutInBin():
                items, refused = await self.bin.put(grant, [named(path) for path in command.paths])
                return PutAway(items=tuple(map(bin_entry_of, items)), refused=tuple(map(refused_of, refused)))
            case ListBin():
                return BinList(items=tuple(map(bin_entry_of, await self.bin.items(grant))))
            case RestoreFromBin():
                places, refused = await self.bin.restore(grant, [BinItemId(item) for item in command.items])
                return Restored(places=tuple(place.text for place in places), refused=tuple(map(refused_of, refused)))
            case EmptyBin():
                items = None if command.items is None else frozenset(BinItemId(item) for item in command.items)
                await self.bin.empty(grant, items)
                return Done()
            case _:
                assert_never(command)

    async def _change_tree(self, grant: WriteGrant, command: TreeCommand) -> Message:
        match command:
            case RenameFile():
                await self.workspaces.rename(grant, named(command.source), named(command.target))
                return Done()
            case MoveFiles():
                paths = [named(path) for path in command.paths]
                refused = await self.workspaces.move(grant, paths, WorkspacePath.parse(command.folder))
                return Refusals(refused=tuple(map(refused_of, refused)))
            case CopyFiles():
                copies = [(named(copy.source), named(copy.target)) for copy in command.copies]
                refused = await self.workspaces.copy(grant, copies)
                return Refusals(refused=tuple(map(refused_of, refused)))
            case DeleteFile():
                _, refused = await self.bin.put(grant, [named(command.path)])
                if refused:
                    raise refused[0].error
                return Done()
            case _:
                assert_never(command)


def named(text: str) -> WorkspacePath:
    """Return the path of a file or folder; the root itself is no file."""
    path = WorkspacePath.parse(text)
    if not path.text:
        raise NotFoundError("There is no such file.")
    return path
