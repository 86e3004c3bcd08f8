"""What all messages share: tags, naming, limits in the types."""

from typing import Annotated

import msgspec

END = r"$(?![\s\S])"
"""The very end: `$` alone matches before a last line break too."""
Id = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}" + END)]
"""An opaque id, see `domain.ids`."""
RequestId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern="^[A-Za-z0-9_-]+" + END)]
PathText = Annotated[str, msgspec.Meta(max_length=1024)]
RevisionText = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}" + END)]
StreamName = Annotated[str, msgspec.Meta(max_length=80, pattern="^[a-z]+:[0-9a-f]{32}" + END)]
"""`workspace:<id>`, `document:<id>` or `run:<id>`."""
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Columns = Annotated[int, msgspec.Meta(ge=2, le=500)]
Rows = Annotated[int, msgspec.Meta(ge=1, le=300)]

MAX_TEXT_BYTES = 2 * 1024 * 1024
"""The largest text the editor opens or saves."""
MAX_UPDATE_BYTES = MAX_TEXT_BYTES + 64 * 1024
"""The largest update of a text: all of it pasted at once."""
MAX_FRAME_BYTES = 5 * 1024 * 1024
"""The largest WebSocket message: the largest text with JSON's escapes, in ordinary cases."""


class Message(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=False):
    """A plain part of a message."""


class Command(msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag_field="type", forbid_unknown_fields=True):
    """What a client asks; answered by exactly one reply that names its `request_id`."""

    request_id: RequestId


class Event(msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag_field="type"):
    """What happened; `seq` counts without gaps per stream, from 1."""

    stream: StreamName
    seq: Count
