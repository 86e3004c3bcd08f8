"""Runs as the outside asks for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from pythonide.domain.ids import ClientId, RequestId, RunId, UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath


@dataclass(frozen=True)
class Who:
    """The person who asks, and the page it comes from."""

    user: UserId
    client: ClientId


@dataclass(frozen=True)
class StartRequest:
    """One press of Run."""

    request: RequestId
    workspace: WorkspaceId
    path: WorkspacePath
    arguments: tuple[str, ...] = ()
    seen: Mapping[str, int] = field(default_factory=dict[str, int])
    columns: int = 80
    rows: int = 24

    def fingerprint(self) -> str:
        """Return the hash of everything that was asked, but for the request's id."""
        asked = (
            self.workspace,
            self.path.text,
            self.arguments,
            sorted(self.seen.items()),
            self.columns,
            self.rows,
        )
        return sha256(msgspec.msgpack.encode(asked)).hexdigest()


def run_id_for(who: Who, request: RequestId) -> RunId:
    """Return the id of the run that this request starts: a request sent twice names the same run, on every node."""
    return RunId(sha256(msgspec.msgpack.encode((who.user, who.client, request))).hexdigest()[:32])
