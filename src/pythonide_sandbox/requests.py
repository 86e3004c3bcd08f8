"""What the web server may ask of the launcher: opaque ids, enumerated names, clamped numbers; nothing else."""

import string
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from pythonide_sandbox.confine import RunLimits
from pythonide_sandbox.wire import WireError, decode_object

MAX_REQUEST = 8192
MAX_COURSES = 8
MAX_MODULES = 32
_ID_LENGTH = 32
_MOST_ENVIRONMENT_NAME = 64
_MOST_MODULE_NAME = 100
_ENVIRONMENT_CHARACTERS = frozenset(string.ascii_letters + string.digits + "-_.")
_MOST_COURSE_BYTES = 200
_UNFIT_CATEGORIES = frozenset({"Cc", "Cs", "Cf", "Zl", "Zp"})
_MOST_NUMBER = 1 << 53
_MEBIBYTE = 1024 * 1024
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "cpu_seconds": (1, 24 * 3600),
    "memory_bytes": (16 * _MEBIBYTE, 64 * 1024 * _MEBIBYTE),
    "processes": (1, 1024),
    "file_bytes": (4096, 64 * 1024 * _MEBIBYTE),
    "open_files": (16, 4096),
    "tmp_bytes": (4096, 4096 * _MEBIBYTE),
}


@dataclass(frozen=True)
class Open:
    """Make a sandbox for one run and start its interpreter."""

    number: int
    run: str
    workspace: str
    environment: str
    courses: tuple[tuple[str, str], ...]
    limits: RunLimits


@dataclass(frozen=True)
class Kill:
    """Kill a run at once."""

    run: str


@dataclass(frozen=True)
class SetUp:
    """Have a zygote for what an environment's name means now, with these modules imported beforehand."""

    name: str
    modules: tuple[str, ...]


@dataclass(frozen=True)
class Forget:
    """Take no more runs in an environment."""

    name: str


Request = Open | Kill | SetUp | Forget


def number_of(data: bytes) -> int | None:
    """Return the number in a request that `decode` refused, if it has one, so that whoever asked gets an answer."""
    try:
        number = decode_object(data).get("number")
    except WireError:
        return None
    return number if type(number) is int and 0 <= number < _MOST_NUMBER else None


def decode(data: bytes) -> Request:
    """Return the request in `data`, or raise `WireError`."""
    message = decode_object(data)
    match message.get("type"):
        case "open":
            return _open(message)
        case "kill":
            _exactly(message, {"type", "run"})
            return Kill(_id(message["run"]))
        case "set_up":
            _exactly(message, {"type", "name", "modules"})
            return SetUp(_name(message["name"]), _modules(message["modules"]))
        case "forget":
            _exactly(message, {"type", "name"})
            return Forget(_name(message["name"]))
        case _:
            raise WireError("unknown request")


def _open(message: Mapping[str, object]) -> Open:
    _exactly(message, {"type", "number", "run", "workspace", "environment", "courses", "limits"})
    number = message["number"]
    if type(number) is not int or not 0 <= number < _MOST_NUMBER:
        raise WireError("bad number")
    return Open(
        number,
        _id(message["run"]),
        _id(message["workspace"]),
        _name(message["environment"]),
        _courses(message["courses"]),
        _limits(message["limits"]),
    )


def _exactly(message: Mapping[str, object], names: set[str]) -> None:
    if set(message) != names:
        raise WireError("missing or unknown field")


def _id(value: object) -> str:
    if not isinstance(value, str) or len(value) != _ID_LENGTH or not set(value) <= set("0123456789abcdef"):
        raise WireError("not an id")
    return value


def _name(value: object) -> str:
    if (
        not isinstance(value, str)
        or not 0 < len(value) <= _MOST_ENVIRONMENT_NAME
        or not set(value) <= _ENVIRONMENT_CHARACTERS
    ):
        raise WireError("not a name")
    if value.startswith("."):
        raise WireError("not a name")
    return value


def _modules(value: object) -> tuple[str, ...]:
    """Take what can stand behind `import`: a list of dotted names, neither long nor many."""
    if not isinstance(value, list) or len(cast("list[object]", value)) > MAX_MODULES:
        raise WireError("bad modules")
    return tuple(_module(name) for name in cast("list[object]", value))


def _module(name: object) -> str:
    if not isinstance(name, str) or len(name) > _MOST_MODULE_NAME or not name.isascii():
        raise WireError("not a module")
    if not all(part.isidentifier() for part in name.split(".")):
        raise WireError("not a module")
    return name


def _course_name(name: str) -> str:
    """Take what the server takes as the name of a file or folder, whatever its script: one part of a path, nothing invisible."""
    if name in ("", ".", "..") or name != name.strip() or len(name.encode("utf-8", "replace")) > _MOST_COURSE_BYTES:
        raise WireError("not a course's name")
    if any(letter in "/\\" or unicodedata.category(letter) in _UNFIT_CATEGORIES for letter in name):
        raise WireError("not a course's name")
    return name


def _courses(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or len(cast("dict[str, object]", value)) > MAX_COURSES:
        raise WireError("bad course folders")
    return tuple((_course_name(name), _id(folder)) for name, folder in cast("dict[str, object]", value).items())


def _limits(value: object) -> RunLimits:
    if not isinstance(value, dict):
        raise WireError("bad limits")
    limits = cast("dict[str, object]", value)
    _exactly(limits, set(_BOUNDS))
    clamped = {name: _clamp(limits[name], *bounds) for name, bounds in _BOUNDS.items()}
    return RunLimits(**clamped)


def _clamp(value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise WireError("a limit is a number")
    if not -(1 << 60) < value < 1 << 60:
        raise WireError("a limit is out of all bounds")
    return max(least, min(most, int(value)))
