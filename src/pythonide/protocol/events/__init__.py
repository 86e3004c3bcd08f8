"""Events by family; `AnyEvent` is the whole union."""

from pythonide.protocol.events.document import DocumentUpdated
from pythonide.protocol.events.run import (
    RunExpiring,
    RunFinished,
    RunNotice,
    RunPlot,
    RunScriptEnded,
    RunStateChanged,
    RunWaiting,
)
from pythonide.protocol.events.workspace import RunOpened, StreamReset, WorkspaceChanged

AnyEvent = (
    WorkspaceChanged
    | DocumentUpdated
    | RunOpened
    | RunStateChanged
    | RunWaiting
    | RunScriptEnded
    | RunPlot
    | RunNotice
    | RunExpiring
    | RunFinished
    | StreamReset
)
