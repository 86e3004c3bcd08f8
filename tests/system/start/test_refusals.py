"""What cannot work is refused at once, with the remedy, and nothing is started or made."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.system.start.command import pythonide, serving


@pytest.mark.parametrize(
    ("words", "variables", "said"),
    [
        ((), {"PYTHONIDE_PROT": "8000"}, "There is no setting PYTHONIDE_PROT."),
        (("--port", "99999"), {}, "PYTHONIDE_PORT or --port: Input should be less than or equal to 65535"),
        ((), {"PYTHONIDE_DEMO_STUDENTS": "many"}, "PYTHONIDE_DEMO_STUDENTS or --demo-students: Input should be"),
        (("--host", "0.0.0.0"), {}, "there is no TLS"),
        (("--single-user", "--host", "0.0.0.0"), {}, "serves the person at this machine only"),
        (
            ("--single-user",),
            {"PYTHONIDE_PUBLIC_ORIGIN": "https://ide.example"},
            "serves the person at this machine only",
        ),
        ((), {"PYTHONIDE_CERTIFICATE": "/nowhere.pem"}, "belong together"),
        ((), {"PYTHONIDE_PAGE": "/nowhere"}, "The page is not built"),
        (("--python", "/bin/true"), {}, "is no Python that works"),
        (("--python", "/nowhere/python3"), {}, "is no Python that works"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, words: tuple[str, ...], variables: dict[str, str], said: str) -> None:
    done = pythonide("serve", "--port", "0", "--data", tmp_path / "data", *words, **variables)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_the_command_line_wins_over_the_environment(tmp_path: Path) -> None:
    done = pythonide(
        "serve", "--host", "127.0.0.1", "--data", tmp_path / "data", PYTHONIDE_HOST="0.0.0.0", PYTHONIDE_PAGE="/nowhere"
    )
    assert "The page is not built" in done.stderr


def test_wrong_usage_is_exit_code_2() -> None:
    assert pythonide("serve", "--colour").returncode == 2
    assert pythonide("dance").returncode == 2


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("serve",),
        ("setup",),
        ("doctor",),
        ("course", "create"),
        ("course", "enrol"),
        ("course", "link"),
        ("course", "policy"),
    ],
)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    done = pythonide(*words, "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout


def test_a_data_directory_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    done = pythonide("serve", "--port", "0", "--data", tmp_path / "data")
    assert done.returncode == 1
    assert str(tmp_path / "data") in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = pythonide("serve", "--port", str(port), "--data", tmp_path / "data")
    assert done.returncode == 1
    assert f"port {port}: Address already in use" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_second_server_on_the_same_data_is_refused_and_the_first_goes_on(data: Path) -> None:
    with serving(data) as first:
        done = pythonide("serve", "--port", "0", "--data", data)
        assert done.returncode == 1
        assert f"Another pythonide is at work on {data} already (process {first.process.pid})" in done.stderr
        assert first.process.poll() is None


def test_a_newer_database_is_refused_and_left_alone(data: Path) -> None:
    with serving(data) as first:
        assert first.stop() == 0
    with closing(sqlite3.connect(data / "pythonide.sqlite3")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    done = pythonide("serve", "--port", "0", "--data", data)
    assert (done.returncode, done.stdout) == (1, "")
    assert "written by a newer PythonIDE" in done.stderr
    with closing(sqlite3.connect(data / "pythonide.sqlite3")) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_a_file_that_is_no_database_is_named(data: Path) -> None:
    with serving(data) as first:
        assert first.stop() == 0
    for file in data.glob("pythonide.sqlite3*"):
        file.write_bytes(b"not a database, but long enough to be looked at " * 100)
    done = pythonide("serve", "--port", "0", "--data", data)
    assert done.returncode == 1
    assert "cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr
