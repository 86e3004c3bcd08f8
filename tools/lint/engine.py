"""Modules, rules and findings; a rule is one function, one reason and its examples."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Module:
    """One Python file; `path` is relative to the repository."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree. Raises `SyntaxError`."""
        return ast.parse(self.text, str(self.path))

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines, the first at index 0."""
        return self.text.splitlines()

    def within(self, *places: str) -> bool:
        """Tell whether the file is one of `places`, or beneath one that ends in `/`; `*` stands for one part."""
        return any(_beneath(self.path, place) for place in places)

    def nodes(self) -> Iterator[ast.AST]:
        """Every node of the tree."""
        return ast.walk(self.tree)

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call, with the dotted name of what is called (imports resolved)."""
        for node in self.nodes():
            if isinstance(node, ast.Call):
                yield node, self.dotted(node.func)

    def dotted(self, node: ast.expr) -> str:
        """Return the dotted name of an expression: `sp.run` is `subprocess.run` after `import subprocess as sp`."""
        match node:
            case ast.Name(id=name):
                return self.imported.get(name, name)
            case ast.Attribute(value=value, attr=attribute):
                return f"{self.dotted(value)}.{attribute}"
            case _:
                return "?"

    @cached_property
    def imported(self) -> dict[str, str]:
        """What each imported name stands for."""
        names: dict[str, str] = {}
        for node in self.nodes():
            if isinstance(node, ast.Import):
                names |= {alias.asname: alias.name for alias in node.names if alias.asname}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        return names

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and dotted name of everything imported."""
        for node in self.nodes():
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


Found = Iterator[tuple[int, str]]
"""Line numbers, and what is wrong there."""


@dataclass(frozen=True)
class Example:
    """A file on which a rule fires, or does not."""

    code: str
    path: str = "src/pythonide/features/runs/service.py"

    def module(self) -> Module:
        """The example as a module."""
        return Module(PurePosixPath(self.path), self.code)


@dataclass(frozen=True)
class Rule:
    """One rule. `because` is the sentence a developer reads when it fires."""

    name: str
    because: str
    check: Callable[[Module], Found]
    bad: tuple[Example, ...] = field(default=())
    good: tuple[Example, ...] = field(default=())


def _beneath(path: PurePosixPath, place: str) -> bool:
    parts = PurePosixPath(place).parts
    if place.endswith("/"):
        return len(path.parts) > len(parts) and all(map(_same, path.parts, parts))
    return len(path.parts) == len(parts) and all(map(_same, path.parts, parts))


def _same(part: str, pattern: str) -> bool:
    return pattern in ("*", part)
