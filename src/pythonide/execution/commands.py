"""What a web node asks of a runner node, and how it is answered: `node.<node>.run.<verb>`, MessagePack."""

from typing import Literal

import msgspec

from pythonide.domain.errors import DomainError, ErrorCode, UnavailableError
from pythonide.domain.ids import ClientId, RunId, UserId, WorkspaceId
from pythonide.execution.events import RunView
from pythonide.execution.request import RunRequest
from pythonide.ports import Bus, NoResponderError

PATIENCE = 10.0
"""Seconds a node has for an answer; none of them waits for a program."""
StreamKind = Literal["output", "events"]


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One question to a node."""


class Start(Command, frozen=True, tag="start"):
    """Admit a run; asked twice, it is the same run."""

    request: RunRequest


class PressStop(Command, frozen=True, tag="stop"):
    """Stop, as the owner means it."""

    run: RunId


class Extend(Command, frozen=True, tag="extend"):
    """The person wants the run to stay."""

    run: RunId


class Resize(Command, frozen=True, tag="resize"):
    """The terminal's size."""

    run: RunId
    columns: int
    rows: int


class Type(Command, frozen=True, tag="type"):
    """Typing of one client, numbered by byte; answered by the offset to go on from."""

    run: RunId
    client: ClientId
    offset: int
    data: bytes


class Describe(Command, frozen=True, tag="describe"):
    """How the run stands, for this client."""

    run: RunId
    client: ClientId


class ListRuns(Command, frozen=True, tag="list"):
    """The runs of a workspace."""

    workspace: WorkspaceId
    client: ClientId


class FetchPlot(Command, frozen=True, tag="plot"):
    """The bytes of a figure."""

    run: RunId
    number: int


class Attach(Command, frozen=True, tag="attach"):
    """Send a stream to `reader` from `position` on; again: go on from there."""

    run: RunId
    stream: StreamKind
    reader: str
    position: int
    acked: int


class Detach(Command, frozen=True, tag="detach"):
    """Stop sending."""

    reader: str


class Present(Command, frozen=True, tag="present"):
    """A person's page is open, or was closed."""

    user: UserId
    client: ClientId
    present: bool


NodeCommand = Start | PressStop | Extend | Resize | Type | Describe | ListRuns | FetchPlot | Attach | Detach | Present


class RunStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A run as it stands, and where its streams are."""

    view: RunView
    output_start: int
    output_end: int
    input_offset: int
    """Where this client's typing goes on."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a node answers; exactly one of `result` and `code` means something."""

    result: bytes = b""
    code: ErrorCode | None = None
    message: str = ""
    details: dict[str, object] = {}


encode = msgspec.msgpack.Encoder().encode
decode_command = msgspec.msgpack.Decoder[NodeCommand](NodeCommand).decode
decode_answer = msgspec.msgpack.Decoder(Answer).decode


def command_subject(node: str) -> str:
    """Return the subject of a node's commands."""
    return f"node.{node}.run.command"


def down_subject(node: str, run: RunId, reader: str) -> str:
    """Return the subject on which a reader gets its frames."""
    return f"ch.{node}.{run}.down.{reader}"


def ack_subject(node: str, reader: str) -> str:
    """Return the subject on which a reader gives credit."""
    return f"ch.{node}.ack.{reader}"


def opened_subject(workspace: WorkspaceId) -> str:
    """Return the subject on which new runs of a workspace are announced."""
    return f"workspace.{workspace}.opened"


async def ask_node(bus: Bus, node: str, command: NodeCommand) -> bytes:
    """Return the node's result, or raise its refusal; `UnavailableError` if it does not answer."""
    try:
        answer = decode_answer(await bus.request(command_subject(node), encode(command), within=PATIENCE))
    except (NoResponderError, TimeoutError) as silence:
        raise UnavailableError("The machine that runs your programs does not answer.") from silence
    if answer.code is not None:
        raise _refusal(answer.code)(answer.message, **answer.details)
    return answer.result


def _refusal(code: ErrorCode) -> type[DomainError]:
    known = [kind for kind in DomainError.__subclasses__() if kind.code is code]
    return known[0] if known else DomainError
