"""What is made from the protocol is fresh, and says what the page relies on."""

from typing import get_args

from pythonide.protocol.commands import RESULTS, AnyCommand
from tools.generate.__main__ import ROOT, outputs, stale
from tools.generate.schema import build_schema, tag_of


def test_generated_files_are_fresh() -> None:
    assert [str(path.relative_to(ROOT)) for path in stale()] == [], "run `make generate`"
    assert len(outputs()) == 2


def test_every_command_has_a_result_and_a_tag() -> None:
    commands = get_args(AnyCommand)
    assert set(RESULTS) == set(commands)
    schema = build_schema()
    tags = [tag_of(command) for command in commands]
    assert len(set(tags)) == len(tags)
    assert list(schema["$defs"]["Results"]["properties"]) == tags
    for command in commands:
        definition = schema["$defs"][command.__name__]
        assert definition["properties"]["type"]["enum"] == [tag_of(command)]
        assert "requestId" in definition["required"]


def test_every_reference_leads_somewhere() -> None:
    schema = build_schema()

    def references(node: object) -> set[str]:
        match node:
            case {"$ref": str() as target}:
                return {target.rpartition("/")[2]}
            case dict():
                return {name for value in node.values() for name in references(value)}
            case list():
                return {name for value in node for name in references(value)}
            case _:
                return set()

    assert references(schema) <= set(schema["$defs"])
