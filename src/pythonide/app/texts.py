"""Everything about texts, put together: their logs, their files, and what explorers see of both."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from pythonide.domain.paths import WorkspacePath
from pythonide.execution.request import RunRequest
from pythonide.features.documents.log import DocumentLog
from pythonide.features.documents.materialiser import Materialiser
from pythonide.features.documents.moving import FilesWithDocuments
from pythonide.features.documents.service import Documents
from pythonide.features.workspaces.service import Workspaces
from pythonide.persistence.transaction import Transactions
from pythonide.ports import Clock, Merger, WorkspaceFiles


@dataclass(frozen=True)
class Texts:
    """The logs of this node and who keeps files in step with them."""

    log: DocumentLog
    materialiser: Materialiser
    files: WorkspaceFiles
    """For everybody who is not about texts."""
    bare: WorkspaceFiles
    merger: Merger
    clock: Clock

    def documents(self, workspaces: Workspaces) -> Documents:
        """Return the use cases of texts."""
        return Documents(self.log, self.materialiser, self.bare, workspaces, self.merger, clock=self.clock)

    def held(self, request: RunRequest) -> AbstractAsyncContextManager[None]:
        """Keep files as the student saw them while a run starts."""
        seen = {WorkspacePath.parse(path): lsn for path, lsn in request.seen.items()}
        return self.materialiser.holding(request.workspace, seen)


def texts_of(transactions: Transactions, files: WorkspaceFiles, merger: Merger, clock: Clock) -> Texts:
    """Put them together."""
    log = DocumentLog(transactions, clock)
    materialiser = Materialiser(log, files, merger, clock)
    return Texts(log, materialiser, FilesWithDocuments(files, log, materialiser), files, merger, clock)
