"""From commands to use cases: one exhaustive match, rights asked for anew each time."""

from dataclasses import dataclass
from typing import assert_never

from pythonide.domain.errors import DomainError
from pythonide.domain.ids import ClientId, RequestId, RunId, WorkspaceId
from pythonide.edge.ws.connection import Connection
from pythonide.edge.ws.convert import entry_of, milliseconds, run_stream, snapshot_of, summary_of
from pythonide.edge.ws.file_commands import FileCommands, named
from pythonide.edge.ws.run_stream import RunStream
from pythonide.edge.ws.trees import TreeStream, TreeStreams, tree_stream
from pythonide.features.runs.model import StartRequest, Who
from pythonide.features.runs.service import RunService
from pythonide.features.workspaces.access import ReadGrant, WorkspaceAccess
from pythonide.features.workspaces.model import View
from pythonide.features.workspaces.service import Workspaces
from pythonide.features.workspaces.trees import Trees
from pythonide.ports import Clock
from pythonide.protocol.base import MAX_TEXT_BYTES, Message
from pythonide.protocol.commands import (
    AnyCommand,
    AttachRun,
    CloseWorkspace,
    CopyFiles,
    CreateFile,
    DeleteFile,
    DetachRun,
    Done,
    EmptyBin,
    ExtendRun,
    Hello,
    ListBin,
    ListWorkspaces,
    LoadDocument,
    MoveFiles,
    OpenWorkspace,
    Ping,
    Pong,
    PutInBin,
    RenameFile,
    ResizeRun,
    RestoreFromBin,
    SaveDocument,
    StartedRun,
    StartRun,
    StopRun,
    Welcome,
    WorkspaceList,
    WorkspaceSnapshot,
)
from pythonide.protocol.commands.connection import ResumeMode
from pythonide.protocol.models import Person
from pythonide.protocol.version import VERSION

RunCommand = StartRun | StopRun | ExtendRun | ResizeRun | AttachRun | DetachRun
PlaceCommand = Hello | Ping | ListWorkspaces | OpenWorkspace | CloseWorkspace


@dataclass(frozen=True)
class Dispatch:
    """Answers commands with the features' use cases."""

    access: WorkspaceAccess
    workspaces: Workspaces
    files: FileCommands
    trees: Trees
    streams: TreeStreams
    runs: RunService
    clock: Clock
    python: str
    protected: bool

    async def handle(self, connection: Connection, command: AnyCommand) -> Message:
        """Return the command's result, or raise why it is refused."""
        match command:
            case (
                CreateFile() | RenameFile() | MoveFiles() | CopyFiles() | DeleteFile() | LoadDocument() | SaveDocument()
            ):
                return await self.files.handle(connection, command)
            case PutInBin() | ListBin() | RestoreFromBin() | EmptyBin():
                return await self.files.handle_bin(connection, command)
            case StartRun() | StopRun() | ExtendRun() | ResizeRun() | AttachRun() | DetachRun():
                return await self._run(connection, command)
            case _:
                return await self._place(connection, command)

    async def _place(self, connection: Connection, command: PlaceCommand) -> Message:
        match command:
            case Hello():
                return await self._welcome(connection, command)
            case Ping():
                return Pong(server_now=milliseconds(self.clock.now()))
            case ListWorkspaces():
                views = await self.workspaces.of(connection.user)
                return WorkspaceList(workspaces=tuple(summary_of(view) for view in views))
            case OpenWorkspace():
                return await self._open(connection, command)
            case CloseWorkspace():
                connection.followed.unfollow(tree_stream(command.workspace))
                return Done()
            case _:
                assert_never(command)

    async def _run(self, connection: Connection, command: RunCommand) -> Message:
        who = Who(connection.user, connection.client or ClientId(""))
        if isinstance(command, StartRun):
            return StartedRun(run=await self.runs.start(who, _asked(command)))
        run = RunId(command.run)
        match command:
            case AttachRun():
                return await self._attach(connection, who, command)
            case DetachRun():
                connection.followed.unfollow(run_stream(run))
            case StopRun():
                await self.runs.stop(who, run)
            case ExtendRun():
                await self.runs.extend(who, run)
            case ResizeRun():
                await self.runs.resize(who, run, command.columns, command.rows)
            case _:
                assert_never(command)
        return Done()

    async def _attach(self, connection: Connection, who: Who, command: AttachRun) -> Message:
        stream = RunStream(self.runs, who, RunId(command.run), command.offset, connection.sender)
        name = run_stream(command.run)
        connection.followed.follow(name, command.request_id, stream)
        with connection.followed.unless_refused(name):
            return await stream.attached()

    async def _open(self, connection: Connection, command: OpenWorkspace) -> Message:
        workspace = WorkspaceId(command.workspace)
        grant = await self.access.to_read(connection.user, workspace)
        stream = self._follow_tree(connection, workspace, command.request_id)
        with connection.followed.unless_refused(tree_stream(workspace)):
            await stream.started.wait()
            return await self._snapshot(connection, grant, stream)

    async def _snapshot(self, connection: Connection, grant: ReadGrant, stream: TreeStream) -> Message:
        workspace = grant.workspace
        tree = await self.workspaces.tree(grant)
        stream.seq = seq = self.streams.log(workspace).end
        who = Who(connection.user, connection.client or ClientId(""))
        standings = await self.runs.of_workspace(who, workspace) if grant.seen.view is not View.COURSE_FOLDER else []
        return WorkspaceSnapshot(
            summary=summary_of(grant.seen),
            entries=tuple(entry_of(entry) for entry in tree.entries),
            truncated=tree.truncated,
            runs=tuple(snapshot_of(standing) for standing in standings),
            stream=tree_stream(workspace),
            seq=seq,
        )

    def _follow_tree(self, connection: Connection, workspace: WorkspaceId, request_id: str) -> TreeStream:
        stream = TreeStream(self.streams, self.trees, self.runs, self.access, self.clock)
        stream.user, stream.workspace, stream.sender = connection.user, workspace, connection.sender
        stream.seq = self.streams.log(workspace).end
        connection.followed.follow(tree_stream(workspace), request_id, stream)
        return stream

    async def _welcome(self, connection: Connection, command: Hello) -> Message:
        views = await self.workspaces.of(connection.user)
        modes: dict[str, ResumeMode] = {
            name: await self._resume(connection, name, seq, command.request_id) for name, seq in command.resume.items()
        }
        return Welcome(
            version=VERSION,
            user=Person(user=connection.user, name=connection.person.name),
            staff=connection.person.staff or any(view.view is View.STUDENT for view in views),
            workspaces=tuple(summary_of(view) for view in views),
            streams=modes,
            max_text_bytes=MAX_TEXT_BYTES,
            python=self.python,
            protected=self.protected,
            server_now=milliseconds(self.clock.now()),
        )

    async def _resume(self, connection: Connection, name: str, seq: int, request_id: str) -> ResumeMode:
        kind, _, identifier = name.partition(":")
        try:
            if kind == "run":
                await self.runs.standing(Who(connection.user, connection.client or ClientId("")), RunId(identifier))
                return "snapshot"
            workspace = WorkspaceId(identifier)
            await self.access.to_read(connection.user, workspace)
        except DomainError:
            return "gone"
        if kind != "workspace" or not self.streams.log(workspace).covers(seq):
            return "snapshot" if kind == "workspace" else "gone"
        self._follow_tree(connection, workspace, request_id).seq = seq
        return "replay"


def _asked(command: StartRun) -> StartRequest:
    return StartRequest(
        request=RequestId(command.request_id),
        workspace=WorkspaceId(command.workspace),
        path=named(command.path),
        arguments=command.arguments,
        revisions=command.revisions,
        columns=command.columns,
        rows=command.rows,
    )
