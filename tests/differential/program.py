r"""One program of the suite: a file whose lines that begin with `#:` say how it is played, and what lies beside it.

    #: interactive            offers the prompt after it, as `python -i`
    #: arguments: ["a", "b"]  what follows the file's name on the command line
    #: typed: "Ada"           typed with Enter once the program waits at a prompt; in order; a control character is sent bare
    #: pressed: "\u0003"     the same, once the program is seen to wait for input: a signal that comes earlier is not the same
    #: start: gone.py         what is started, if it is not what lies there
    #: as: folder/name.py     where the program lies, if not at main.py
    #: encoding: latin-1      how this text and what follows is written to the disk
    #: rare                   not played whenever the tests are
    #: slow                   takes many seconds, and is played in the server's own Python only
    #: scientific             needs numpy, pandas and matplotlib
    #: plots: 2               how many figures the page must get from the run
    #: file: other.py         what follows is another file; `\\xNN` in names and JSON stays as it is

A line that is taken out leaves no trace, so tracebacks count from the first line that is left.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent / "programs"
_MARK = "#: "


@dataclass(frozen=True)
class Typed:
    """What a person types, and whether they wait until the program does."""

    keys: bytes
    at_rest: bool


@dataclass
class Program:
    """What is played, and how."""

    name: str
    interactive: bool = False
    arguments: tuple[str, ...] = ()
    typed: list[Typed] = field(default_factory=list[Typed])
    place: str = "main.py"
    start: str = ""
    rare: bool = False
    slow: bool = False
    scientific: bool = False
    plots: int | None = None
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])


def read(path: Path) -> Program:
    """Read one program's file."""
    program = Program(path.stem)
    place, encoding, text = "", "utf-8", ""
    for line in [*path.read_text(encoding="utf-8").splitlines(keepends=True), f"{_MARK}end"]:
        if not line.startswith(_MARK):
            text += line
            continue
        word, _, value = line.removeprefix(_MARK).strip().partition(": ")
        match word:
            case "interactive" | "rare" | "slow" | "scientific":
                setattr(program, word, True)
            case "arguments":
                program.arguments = tuple(json.loads(value))
            case "typed" | "pressed":
                program.typed.append(Typed(_keys(json.loads(value)), at_rest=word == "pressed"))
            case "plots":
                program.plots = int(value)
            case "start":
                program.start = value
            case "as":
                program.place = value
            case "encoding":
                encoding = value
            case "file" | "end":
                program.files[place or program.place] = text.encode(encoding)
                place, text = value if word == "file" else "", ""
            case _:
                raise ValueError(f"{path}: no such word: {word}")
    return program


def _keys(text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    return data if text and text[-1] < " " else data + b"\r"


def all_programs() -> list[Program]:
    """Return all programs in the order of their names."""
    return [read(path) for path in sorted(HERE.glob("*.py"))]
