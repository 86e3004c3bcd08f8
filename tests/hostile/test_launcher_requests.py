"""The launcher takes its web server for hostile: whatever bytes arrive, a request is opaque ids and clamped numbers, or refused."""

import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pythonide.domain.errors import InvalidNameError
from pythonide.domain.paths import check_name
from pythonide_sandbox.requests import MAX_COURSES, MAX_MODULES, Forget, Kill, Open, SetUp, decode
from pythonide_sandbox.wire import WireError

HEX = frozenset("0123456789abcdef")
NAME = frozenset(string.ascii_letters + string.digits + "-_.")
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LIMITS = {
    "cpu_seconds": 60,
    "memory_bytes": 1 << 28,
    "processes": 64,
    "file_bytes": 1 << 26,
    "open_files": 256,
    "tmp_bytes": 1 << 26,
}
GOOD: dict[str, object] = {
    "type": "open",
    "number": 1,
    "run": "0" * 32,
    "workspace": "a" * 32,
    "environment": "bare",
    "courses": {"notes": "b" * 32},
    "limits": LIMITS,
}
SET_UP: dict[str, object] = {"type": "set_up", "name": "data-science", "modules": ["numpy", "matplotlib.pyplot"]}
FORGET: dict[str, object] = {"type": "forget", "name": "data-science"}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=20), children, max_size=4),
    max_leaves=8,
)
ESCAPES = [
    "..",
    ".",
    "",
    "/",
    "../" * 9,
    "a/b",
    "/etc",
    "\0",
    "x" * 201,
    "ü" * 101,
    "a\nb",
    " " * 32,
    "a\u202eb",
    "\ud800",
]
BAD_IDS = [*ESCAPES, "A" * 32, "0" * 31, "0" * 33, "g" * 32]


def check_environment(name: str) -> None:
    assert set(name) <= NAME
    assert 0 < len(name) <= 64
    assert not name.startswith(".")


def check(data: bytes) -> None:
    """Decode, and accept nothing that could name a path or ask for more than the clamps."""
    try:
        request = decode(data)
    except WireError:
        return
    if isinstance(request, Kill):
        assert len(request.run) == 32
        assert set(request.run) <= HEX
        return
    if isinstance(request, SetUp | Forget):
        check_environment(request.name)
        modules = request.modules if isinstance(request, SetUp) else ()
        assert len(modules) <= MAX_MODULES
        for module in modules:
            assert len(module) <= 100
            assert module.isascii()
            assert all(part.isidentifier() for part in module.split("."))
        return
    assert isinstance(request, Open)
    ids = [request.run, request.workspace, *(folder for _, folder in request.courses)]
    assert all(len(text) == 32 and set(text) <= HEX for text in ids)
    check_environment(request.environment)
    for name, _ in request.courses:
        assert name not in ("", ".", "..")
        assert "/" not in name
        assert "\0" not in name
        check_name(name)  # the server's own rule: both agree
    assert len(request.courses) <= MAX_COURSES
    assert request.limits.processes <= 1024
    assert 0 < request.limits.memory_bytes <= 1 << 36
    assert all(isinstance(value, int) and value > 0 for value in vars(request.limits).values())


@relaxed
@given(st.binary(max_size=300))
def test_bytes_without_sense_are_refused(data: bytes) -> None:
    check(data)


@relaxed
@given(st.dictionaries(st.sampled_from([*GOOD, *SET_UP, "path", "fds"]), anything, max_size=9))
def test_objects_without_sense_are_refused(message: dict[str, object]) -> None:
    check(json.dumps(message).encode())


@relaxed
@given(st.sampled_from(sorted(GOOD)), anything)
def test_one_field_gone_wild_is_refused_or_clamped(name: str, value: object) -> None:
    check(json.dumps({**GOOD, name: value}).encode())


@relaxed
@given(st.sampled_from([SET_UP, FORGET]), st.sampled_from(["type", "name", "modules", "path"]), anything)
def test_one_field_of_an_environment_gone_wild_is_refused(good: dict[str, object], name: str, value: object) -> None:
    check(json.dumps({**good, name: value}).encode())


@relaxed
@given(st.lists(st.text(max_size=30) | st.sampled_from(["os.path", "a", "a..b", "a b", "a/b", "é"]), max_size=40))
def test_only_what_can_be_imported_by_name_is_a_module(modules: list[str]) -> None:
    check(json.dumps({**SET_UP, "modules": modules}).encode())


@relaxed
@given(st.sampled_from(sorted(LIMITS)), anything)
def test_one_limit_gone_wild_is_refused_or_clamped(name: str, value: object) -> None:
    check(json.dumps({**GOOD, "limits": {**LIMITS, name: value}}).encode())


@pytest.mark.parametrize("bad", BAD_IDS)
def test_no_id_takes_a_path(bad: str) -> None:
    for change in ({"run": bad}, {"workspace": bad}, {"courses": {"notes": bad}}):
        with pytest.raises(WireError):
            decode(json.dumps({**GOOD, **change}).encode())


@pytest.mark.parametrize("escape", ESCAPES)
def test_no_name_takes_a_path(escape: str) -> None:
    for change in ({"environment": escape}, {"courses": {escape: "b" * 32}}):
        with pytest.raises(WireError):
            decode(json.dumps({**GOOD, **change}).encode())
    for good, change in ((SET_UP, {"name": escape}), (SET_UP, {"modules": [escape]}), (FORGET, {"name": escape})):
        with pytest.raises(WireError):
            decode(json.dumps({**good, **change}).encode())


@given(st.text(max_size=70) | st.sampled_from(ESCAPES))
def test_server_and_launcher_agree_on_names_of_courses(name: str) -> None:
    """A course may be named in any script; what the server would refuse, the launcher refuses as well."""
    try:
        check_name(name)
    except InvalidNameError:
        with pytest.raises(WireError):
            decode(json.dumps({**GOOD, "courses": {name: "b" * 32}}).encode())
    else:
        assert isinstance(decode(json.dumps({**GOOD, "courses": {name: "b" * 32}}).encode()), Open)


@pytest.mark.parametrize("name", ["Übungen", "体育", "Kurs 7b", "Informatik – Q2"])
def test_courses_are_named_in_any_script(name: str) -> None:
    request = decode(json.dumps({**GOOD, "courses": {name: "b" * 32}}).encode())
    assert isinstance(request, Open)
    assert request.courses[0][0] == name


def test_unknown_fields_are_refused() -> None:
    """A path has no field to hide in; a good request passes."""
    assert isinstance(decode(json.dumps(GOOD).encode()), Open)
    assert decode(json.dumps(SET_UP).encode()) == SetUp("data-science", ("numpy", "matplotlib.pyplot"))
    assert decode(json.dumps(FORGET).encode()) == Forget("data-science")
    for extra in ("path", "root", "uid", "fds", "argv", "env"):
        with pytest.raises(WireError):
            decode(json.dumps({**GOOD, extra: "x"}).encode())
        with pytest.raises(WireError):
            decode(json.dumps({**SET_UP, extra: "x"}).encode())
