"""A well-formed command of every kind, made from the registry: a new command is covered as soon as it exists."""

from typing import Any, get_args

import msgspec

from pythonide.edge.wire import TAGS
from pythonide.protocol.commands import AnyCommand

NOWHERE = "f" * 32
"""An id that nothing has."""
KNOWN: dict[str, Any] = {
    "workspace": NOWHERE,
    "run": NOWHERE,
    "client": "0" * 32,
    "versions": [1],
    "path": "probe.py",
    "source": "probe.py",
    "target": "moved.py",
    "paths": ["probe.py"],
    "folder": "",
    "copies": [{"source": "probe.py", "target": "moved.py"}],
    "items": [NOWHERE],
    "base": "0" * 64,
    "text": "# new\n",
    "columns": 80,
    "rows": 24,
}
"""A plausible value for every required field of every command, by the field's name."""
COMMANDS: tuple[type, ...] = get_args(AnyCommand)
NAMES = {tag: command for command, tag in TAGS.items()}


def fields_of(tag: str, **known: Any) -> dict[str, Any]:
    """Return the fields of a well-formed command; `known` replaces values of fields that it has."""
    values = KNOWN | known
    fields = {}
    for field in msgspec.structs.fields(NAMES[tag]):
        if field.encode_name == "requestId" or not (field.required or field.encode_name in known):
            continue
        assert field.encode_name in values, f"tests/fakes/samples.py: say what a {field.encode_name} of {tag} may be"
        fields[field.encode_name] = values[field.encode_name]
    return fields
