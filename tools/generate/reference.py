"""The reference page of the wire, from the same schema."""

from typing import Any, cast

from pythonide.protocol.commands import RESULTS
from tools.generate.schema import COMMANDS, EVENTS, Schema, tag_of

HEAD = """# The wire

<!-- Generated from src/pythonide/protocol by `make generate`; do not edit. -->

One WebSocket at `/api/ws`. Text frames hold one JSON message each, binary frames hold terminal bytes. Every command has
exactly one reply: `{"type": "reply.ok", "re": <requestId>, "result": …}` or
`{"type": "reply.error", "re": <requestId or null>, "error": {code, message, retryable, details, incident}}`.
What the server answers to messages it cannot accept is in [answers.md](answers.md).
"""


def build_reference(schema: Schema) -> str:
    """Return the page as markdown."""
    definitions = schema["$defs"]
    parts = [HEAD, _constants(schema["x-constants"]), "## Commands\n"]
    for command in COMMANDS:
        parts.append(_message(definitions[command.__name__], f"`{tag_of(command)}`"))
        parts.append(f"Answered with [{RESULTS[command].__name__}](#{RESULTS[command].__name__.lower()}).\n")
    parts.append("## Events\n")
    parts.extend(_message(definitions[event.__name__], f"`{tag_of(event)}`") for event in EVENTS)
    parts.append("## Types\n")
    shown = {message.__name__ for message in (*COMMANDS, *EVENTS)} | {"AnyCommand", "AnyEvent", "Reply", "Results"}
    parts.extend(_message(definitions[name], name) for name in sorted(set(definitions) - shown))
    return "\n".join(parts)


def _constants(values: dict[str, object]) -> str:
    lines = ["## Numbers\n", "| name | value |", "|---|---|"]
    lines += [f"| `{name}` | {_plain(value)} |" for name, value in values.items()]
    return "\n".join(lines) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} = {number}" for name, number in cast("dict[str, int]", value).items())
    if isinstance(value, list):
        return ", ".join(str(item) for item in cast("list[int]", value))
    return str(value)


def _message(schema: Schema, title: str) -> str:
    lines = [f"### {title}\n"]
    if text := schema.get("description"):
        lines.append(f"{text}\n")
    if values := schema.get("enum"):
        lines.append("One of " + ", ".join(f"`{value}`" for value in values) + ".\n")
    fields = {name: field for name, field in schema.get("properties", {}).items() if name != "type"}
    if fields:
        lines += ["| field | type | note |", "|---|---|---|"]
        required = schema.get("required", [])
        lines += [
            f"| `{name}`{'' if name in required else ' ?'} | {_kind(field)} | {_note(field)} |"
            for name, field in fields.items()
        ]
        lines.append("")
    return "\n".join(lines)


def _note(field: Schema) -> str:
    notes = [str(field.get("description", "")).replace("\n", " ")]
    limits = {
        "maxLength": "at most {} characters",
        "maxItems": "at most {} items",
        "maxProperties": "at most {} entries",
    }
    notes += [text.format(field[key]) for key, text in limits.items() if key in field]
    if "default" in field:
        notes.append(f"default `{field['default']!r}`" if field["default"] != "" else "default empty")
    return "; ".join(note for note in notes if note)


def _kind(field: Schema) -> str:
    if "$ref" in field:
        name = str(field["$ref"]).rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(_kind(choice) for choice in field["anyOf"])
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    kind = str(field.get("type", "any"))
    if kind == "array":
        items: Any = field.get("items", {})
        return f"list of {_kind(items)}"
    if kind == "object" and isinstance(field.get("additionalProperties"), dict):
        return f"map to {_kind(field['additionalProperties'])}"
    return kind
