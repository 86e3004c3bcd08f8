"""Commands by family; `AnyCommand` is what the edge decodes, `RESULTS` what each is answered with."""

from pythonide.protocol.base import Message
from pythonide.protocol.commands.bin import (
    BinList,
    EmptyBin,
    ListBin,
    PutAway,
    PutInBin,
    Restored,
    RestoreFromBin,
)
from pythonide.protocol.commands.connection import Hello, Ping, Pong, Welcome
from pythonide.protocol.commands.document import LoadDocument, LoadedDocument, SavedDocument, SaveDocument
from pythonide.protocol.commands.file import CopyFiles, CreateFile, DeleteFile, MoveFiles, Refusals, RenameFile
from pythonide.protocol.commands.run import (
    AttachedRun,
    AttachRun,
    DetachRun,
    ExtendRun,
    ResizeRun,
    StartedRun,
    StartRun,
    StopRun,
)
from pythonide.protocol.commands.workspace import (
    CloseWorkspace,
    ListWorkspaces,
    OpenWorkspace,
    WorkspaceList,
    WorkspaceSnapshot,
)


class Done(Message, frozen=True):
    """The result of a command that has nothing more to say."""


AnyCommand = (
    Hello
    | Ping
    | ListWorkspaces
    | OpenWorkspace
    | CloseWorkspace
    | CreateFile
    | RenameFile
    | MoveFiles
    | CopyFiles
    | DeleteFile
    | PutInBin
    | ListBin
    | RestoreFromBin
    | EmptyBin
    | LoadDocument
    | SaveDocument
    | StartRun
    | StopRun
    | ExtendRun
    | ResizeRun
    | AttachRun
    | DetachRun
)

RESULTS: dict[type, type[Message]] = {
    Hello: Welcome,
    Ping: Pong,
    ListWorkspaces: WorkspaceList,
    OpenWorkspace: WorkspaceSnapshot,
    CloseWorkspace: Done,
    CreateFile: SavedDocument,
    RenameFile: Done,
    MoveFiles: Refusals,
    CopyFiles: Refusals,
    DeleteFile: Done,
    PutInBin: PutAway,
    ListBin: BinList,
    RestoreFromBin: Restored,
    EmptyBin: Done,
    LoadDocument: LoadedDocument,
    SaveDocument: SavedDocument,
    StartRun: StartedRun,
    StopRun: Done,
    ExtendRun: Done,
    ResizeRun: Done,
    AttachRun: AttachedRun,
    DetachRun: Done,
}
