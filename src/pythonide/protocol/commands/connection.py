"""The first command of a connection, and the heartbeat."""

from typing import Annotated, Literal

import msgspec

from pythonide.protocol.base import Command, Count, Id, Message, StreamName
from pythonide.protocol.models import Person, WorkspaceSummary

ResumeMode = Literal["replay", "snapshot", "gone"]


class Hello(Command, tag="connection.hello", frozen=True):
    """Must come first, once. `resume` names the last event seen of each stream."""

    client: Id
    """Made by the page once per tab; survives reconnects."""
    versions: Annotated[tuple[int, ...], msgspec.Meta(min_length=1, max_length=8)]
    resume: Annotated[dict[StreamName, Count], msgspec.Meta(max_length=64)] = {}


class Welcome(Message, frozen=True):
    """The server's choice of version, who one is, and how each stream goes on.

    `replay`: the missed events follow; `snapshot`: open or attach again; `gone`: it may no longer be seen.
    """

    version: int
    user: Person
    staff: bool
    workspaces: tuple[WorkspaceSummary, ...]
    streams: dict[str, ResumeMode]
    max_text_bytes: Count
    python: str
    """Version of the students' Python, such as `3.13`."""
    protected: bool
    """Whether programs run in a sandbox; without, they can do all that the person at the server's machine can."""
    server_now: Count
    """Milliseconds since 1970."""


class Ping(Command, tag="connection.ping", frozen=True):
    """Answered at once; a page that misses two answers reconnects."""


class Pong(Message, frozen=True):
    """The answer to `connection.ping`."""

    server_now: Count
