"""`pythonide course policy`: what the programs of a course's students may use; the next Run obeys, without a restart."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from pythonide.app.settings import Settings
from pythonide.app.start import ENVIRONMENTS, explained, give_up, settings_of
from pythonide.domain.errors import BadRequestError
from pythonide.execution.policy import BARE, CHOICES, SCIENTIFIC, PolicyChoice, chosen_values, policy_of

DEFAULT = "default"
SIZES = {"k": 1024, "M": 1024**2, "G": 1024**3}
TIMES = {"s": 1, "m": 60, "h": 3600}
WORDS: Mapping[str, tuple[str, str]] = {
    "environment": ("environment", "packages, and what is imported beforehand"),
    "cpu_seconds": ("cpu", "computing time of one run"),
    "wall_seconds": ("wall", "time of one script, without the time it waits for input"),
    "memory_bytes": ("memory", "of one run, all its processes together"),
    "processes": ("processes", "and threads of one run"),
    "file_bytes": ("file-size", "the largest file; a run may write eight times as much"),
    "open_files": ("open-files", "of one process"),
    "tmp_bytes": ("tmp", "size of /tmp"),
    "running": ("running", "programs of one person at once; further ones wait"),
    "prompts": ("prompts", "open prompts of one person; one more closes the one unused longest"),
    "idle_seconds": ("idle", "until a prompt closes that nobody uses"),
}
"""The option that chooses each, and what it is about."""

Size = Annotated[str | None, typer.Option(help="Such as 512M or 1G.")]
Time = Annotated[str | None, typer.Option(help="Such as 60s, 10m or 1h.")]
Number = Annotated[str | None, typer.Option(help="A number.")]


def policy(
    key: Annotated[str, typer.Argument(help="The course's short name.")],
    *,
    memory: Size = None,
    cpu: Time = None,
    wall: Time = None,
    processes: Number = None,
    file_size: Size = None,
    open_files: Number = None,
    tmp: Size = None,
    running: Number = None,
    prompts: Number = None,
    idle: Time = None,
    environment: Annotated[str | None, typer.Option(help=f"Such as {SCIENTIFIC} or {BARE}.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="Folder of the database and the students' files [default: .data].")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Show what the students' programs of a course may use, and change what is named; “default” takes a choice back.

    A running server obeys from the next Run on; programs that run already keep what they began with.
    """
    said = {
        "environment": environment,
        "cpu_seconds": cpu,
        "wall_seconds": wall,
        "memory_bytes": memory,
        "processes": processes,
        "file_bytes": file_size,
        "open_files": open_files,
        "tmp_bytes": tmp,
        "running": running,
        "prompts": prompts,
        "idle_seconds": idle,
    }
    changes = {name: _value(name, text) for name, text in said.items() if text is not None}
    settings = settings_of({"data": data})
    if isinstance(wanted := changes.get("environment"), str):
        _check_environment(settings, wanted)
    _print(key, _change(settings, key, changes), as_json=as_json)


def _change(settings: Settings, key: str, changes: Mapping[str, int | str | None]) -> PolicyChoice:
    from pythonide.app import administering  # noqa: PLC0415 - `pythonide serve` reads this module too, and must start fast

    with explained():
        try:
            if not changes:
                return administering.run(settings, lambda administration: administration.course_policy(key))
            return administering.run(settings, lambda administration: administration.change_course_policy(key, changes))
        except BadRequestError as refusal:
            name = str(refusal.details["choice"])
            least, most = (int(str(refusal.details.get(end, 0))) for end in ("least", "most"))
            give_up(f"--{WORDS[name][0]} must be between {readable(name, least)} and {readable(name, most)}.")


def _value(name: str, text: str) -> int | str | None:
    if text == DEFAULT:
        return None
    if name == "environment":
        return text
    units = SIZES if name.endswith("_bytes") else TIMES if name.endswith("_seconds") else {"": 1}
    pattern = rf"(\d{{1,15}}(?:\.\d{{1,6}})?)\s*({'|'.join(units)})B?" if len(units) > 1 else r"(\d{1,15})()"
    found = re.fullmatch(pattern, text)
    if found is None:
        examples = "a size such as 512M or 1G" if units is SIZES else "a time such as 60s, 10m or 1h"
        give_up(f"--{WORDS[name][0]} {text}: write {examples if len(units) > 1 else 'a whole number'}, or “{DEFAULT}”.")
    return round(float(found[1]) * units[found[2]])


def _check_environment(settings: Settings, name: str) -> None:
    """Refuse a name that no Run could start with; before the first set-up there are the two that it makes."""
    folder = settings.data / ENVIRONMENTS
    there = {entry.name for entry in folder.iterdir() if entry.is_symlink()} if folder.is_dir() else set[str]()
    known = sorted(there | {BARE, SCIENTIFIC})
    if name not in known:
        give_up(f"There is no environment “{name}”; there are {', '.join(known)}.")


def readable(name: str, value: int) -> str:
    """Return a value as a person writes it."""
    units = SIZES if name.endswith("_bytes") else TIMES if name.endswith("_seconds") else {"": 1}
    unit, factor = max(
        ((unit, factor) for unit, factor in units.items() if value % factor == 0),
        key=lambda pair: pair[1],
        default=("", 1),
    )
    return f"{value // factor}{unit}"


def _print(key: str, choice: PolicyChoice, *, as_json: bool) -> None:
    values = chosen_values(policy_of(choice))
    chosen = [name for name in CHOICES if getattr(choice, name) is not None]
    if as_json:
        typer.echo(json.dumps({"course": key, "policy": values, "chosen": chosen}))
        return
    typer.echo(f"What programs of the course {key} may use:")
    for name in CHOICES:
        option, about = WORDS[name]
        value = values[name]
        text = readable(name, value) if isinstance(value, int) else value
        typer.echo(f"  --{option:<12} {text:<12} {'chosen ' if name in chosen else 'default'}  {about}")
