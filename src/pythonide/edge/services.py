"""What the edge translates to: the open services of this process, made by the composition root."""

from dataclasses import dataclass
from typing import cast

from starlette.requests import HTTPConnection

from pythonide.edge.http.security import Origins
from pythonide.edge.ws.connection import Node
from pythonide.features.identity.service import Identity
from pythonide.features.runs.service import RunService
from pythonide.features.workspaces.access import WorkspaceAccess
from pythonide.features.workspaces.service import Workspaces
from pythonide.features.workspaces.uploads import Uploads
from pythonide.ports import Sandboxes


@dataclass(frozen=True)
class Services:
    """Everything that routes need."""

    identity: Identity
    access: WorkspaceAccess
    workspaces: Workspaces
    uploads: Uploads
    runs: RunService
    node: Node
    origins: Origins
    sandboxes: Sandboxes
    """Asked only whether it works."""

    @property
    def cookie(self) -> str:
        """Name of the cookie; the prefix makes browsers insist on https and this very host."""
        return "__Host-pythonide" if self.origins.secure else "pythonide"


def services_of(connection: HTTPConnection) -> Services:
    """Return the services of the application that answers this connection."""
    return cast("Services", connection.app.state.services)
