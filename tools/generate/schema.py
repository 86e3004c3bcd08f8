"""The wire as one JSON Schema, from which the page's TypeScript is made."""

import ast
import inspect
import textwrap
from enum import Enum
from typing import Any, get_args

import msgspec

from pythonide.protocol import base, frames, version
from pythonide.protocol.commands import RESULTS, AnyCommand
from pythonide.protocol.envelope import Reply
from pythonide.protocol.events import AnyEvent

Schema = dict[str, Any]

COMMANDS: tuple[type, ...] = get_args(AnyCommand)
EVENTS: tuple[type, ...] = get_args(AnyEvent)


def tag_of(message: type) -> str:
    """Return the `type` under which a command or event travels."""
    info = msgspec.inspect.type_info(message)
    if not isinstance(info, msgspec.inspect.StructType) or not isinstance(info.tag, str):
        raise TypeError(f"{message.__name__} has no tag")
    return info.tag


def field_notes(message: type) -> dict[str, str]:
    """Return the strings written under the fields of a class, by the names the wire uses."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(message))).body[0]
    if not isinstance(tree, ast.ClassDef):
        raise TypeError(f"{message.__name__} is no class")
    names = {field.name: field.encode_name for field in msgspec.structs.fields(message)}
    notes: dict[str, str] = {}
    for field, note in zip(tree.body, tree.body[1:], strict=False):
        match field, note:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str() as text)):
                notes[names[name]] = inspect.cleandoc(text)
            case _:
                pass
    return notes


def build_schema() -> Schema:
    """Return the schema: `$defs` for every type, and one root that names what travels in which place."""
    results = tuple(dict.fromkeys(RESULTS.values()))
    (command, event, reply, *_), components = msgspec.json.schema_components(
        [AnyCommand, AnyEvent, Reply, *results], ref_template="#/$defs/{name}"
    )
    _describe(components)
    result_map = {tag_of(command): {"$ref": f"#/$defs/{RESULTS[command].__name__}"} for command in COMMANDS}
    properties = {
        "command": {"$ref": "#/$defs/AnyCommand"},
        "event": {"$ref": "#/$defs/AnyEvent"},
        "reply": {"$ref": "#/$defs/Reply"},
        "results": {"$ref": "#/$defs/Results"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Wire",
        "description": "Generated from pythonide.protocol by `make generate`; do not edit.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "x-constants": constants(),
        "$defs": {
            "AnyCommand": {"title": "AnyCommand"} | command,
            "AnyEvent": {"title": "AnyEvent"} | event,
            "Reply": {"title": "Reply"} | reply,
            "Results": _closed("Results", "The type of `result` by the `type` of the command.", result_map),
            **components,
        },
    }


def constants() -> dict[str, int | list[int] | dict[str, int]]:
    """Return the numbers both sides must agree on."""
    return {
        "VERSION": version.VERSION,
        "SUPPORTED": list(version.SUPPORTED),
        "MAX_TEXT_BYTES": base.MAX_TEXT_BYTES,
        "MAX_FRAME_BYTES": base.MAX_FRAME_BYTES,
        "FRAME_HEADER_BYTES": frames.HEADER.size,
        "MAX_OUTPUT_PAYLOAD": frames.MAX_OUTPUT_PAYLOAD,
        "MAX_INPUT_PAYLOAD": frames.MAX_INPUT_PAYLOAD,
        "WINDOW_BYTES": frames.WINDOW_BYTES,
        "FRAME_KINDS": {kind.name: kind.value for kind in frames.FrameKind},
    }


def _closed(title: str, description: str, properties: Schema) -> Schema:
    return {
        "title": title,
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _describe(components: dict[str, Schema]) -> None:
    """Add what msgspec leaves out: tidy texts, notes of fields, and that the server always sends every field."""
    types = _types_by_name()
    commands = {command.__name__ for command in COMMANDS}
    for name, schema in components.items():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
        if "properties" not in schema:
            continue
        schema["additionalProperties"] = False
        if name not in commands:
            schema["required"] = list(schema["properties"])
        for field, note in field_notes(types[name]).items():
            schema["properties"][field]["description"] = note


def _types_by_name() -> dict[str, type]:
    """Return every struct that travels, by its name, found through the fields that hold it."""
    found: dict[str, type] = {}
    waiting: list[object] = [*COMMANDS, *EVENTS, *get_args(Reply), *RESULTS.values()]
    while waiting:
        item = waiting.pop()
        if isinstance(item, type) and issubclass(item, msgspec.Struct) and item.__name__ not in found:
            found[item.__name__] = item
            waiting.extend(field.type for field in msgspec.structs.fields(item))
        elif not (isinstance(item, type) and issubclass(item, Enum)):
            waiting.extend(get_args(item))
    return found
