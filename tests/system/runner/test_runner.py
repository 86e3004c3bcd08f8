"""A run's script behaves as `python script.py`, and the prompt after it as `python -i`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.runner.playing import play

VARIABLES = {"PATH": os.environ["PATH"], "TERM": "xterm-256color"}
SCRIPTS = {
    "hello": "print('hello')",
    "exit_code": "import sys\nsys.exit(3)",
    "exit_words": "raise SystemExit('no more')",
    "error": "def f():\n    return 1 / 0\n\nf()",
    "chained": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('x') from e",
    "syntax": "def f(:\n    pass",
    "atexit": "import atexit\natexit.register(print, 'bye')\natexit.register(print, 'first')\nprint('main')",
    "deleted": "class A:\n    def __del__(self):\n        print('gone')\na = A()\nprint('end')",
    "threads": "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.1), print('late'))).start()\nprint('end')",
    "asyncio": "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    print('done')\nasyncio.run(f())",
    "pool": "from multiprocessing import Pool\ndef f(x):\n    return x * x\nif __name__ == '__main__':\n    with Pool(2) as p:\n        print(p.map(f, range(4)))",
    "pickle": "import pickle\nclass A:\n    pass\nprint(type(pickle.loads(pickle.dumps(A()))).__module__)",
    "main": "import __main__, sys\nprint(__name__, __main__.__dict__ is globals(), sys.argv, __spec__ if '__spec__' in globals() else None)",
    "file": "import inspect, sys\nprint(__file__, sys.path[0], sys.orig_argv[1:], inspect.getsourcefile(inspect.currentframe()))",
    "recursion": "def f():\n    return f()\ntry:\n    f()\nexcept RecursionError as e:\n    print(type(e).__name__)",
    "encoding": "# -*- coding: latin-1 -*-\nprint('ok')",
    "subprocess": "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True, text=True).stdout)",
    "warning": "import warnings\nwarnings.warn('careful')",
    "shadow": "import random\nprint(random.ME)",
    "streams": "import sys\nprint(sys.stdin.name, sys.stdout.encoding, sys.stdout.errors, sys.stderr.errors, sys.stdout.line_buffering)",
    "group": "raise ExceptionGroup('several', [ValueError(1), TypeError(2)])",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_behaves_as_in_plain_python(tmp_path: Path, name: str) -> None:
    (tmp_path / "main.py").write_text(SCRIPTS[name] + "\n")
    if name == "shadow":
        (tmp_path / "random.py").write_text("ME = 'mine'\n")
    command = ["script", "-qec", f"{sys.executable} main.py", "/dev/null"]
    plain = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=VARIABLES, check=False)
    warm = ("json", "random") if name == "shadow" else ()
    played = play(tmp_path, {"file": "main.py", "interactive": False}, preload=warm)
    assert (played.text, played.status) == (plain.stdout.replace("\r\n", "\n"), plain.returncode)
    assert played.ended["exit_code"] == plain.returncode


def test_the_prompt_has_the_variables_also_after_an_error(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("x = 41\n1 / 0\n")
    played = play(
        tmp_path,
        {"file": "main.py", "interactive": True},
        typed=[(">>> ", b"x + 1\r"), (">>> ", b"undefined\r"), (">>> ", b"\x04")],
    )
    assert "42\n" in played.text
    assert "NameError: name 'undefined' is not defined" in played.text
    assert "pythonide_sandbox" not in played.text
    assert played.ended == {
        "type": "script_ended", "exit_code": 1, "error": "ZeroDivisionError", "line": 2, "file": "main.py",
        "missing": None, "limit": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("import no_such_package", "no_such_package"),
        ("import no_such_package.inside", "no_such_package"),
        ("import json.no_such_part", None),
        ("raise ModuleNotFoundError('lost', name=7)", None),
        ("raise ImportError('lost', name='json')", None),
    ],
)
def test_what_an_import_did_not_find_is_told(tmp_path: Path, source: str, missing: str | None) -> None:
    (tmp_path / "main.py").write_text(source)
    played = play(tmp_path, {"file": "main.py", "interactive": False})
    assert played.ended["missing"] == missing


def test_input_takes_a_line_and_end_of_file(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("name = input('Name? ')\nprint('hi', name)\ninput('more? ')\n")
    header: dict[str, object] = {"file": "main.py", "interactive": False}
    played = play(tmp_path, header, typed=[("Name? ", b"Ada\r"), ("more? ", b"\x04")])
    assert "hi Ada\n" in played.text
    assert played.text.rstrip().endswith("EOFError")
    assert played.ended["error"] == "EOFError"


def test_an_interrupt_ends_the_script_and_leaves_the_prompt(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("x = 1\nprint('looping')\nwhile True:\n    pass\n")
    played = play(
        tmp_path,
        {"file": "main.py", "interactive": True},
        typed=[("looping\n", b"\x03"), (">>> ", b"print(x + 1)\r"), (">>> ", b"exit()\r")],
    )
    assert played.ended["error"] == "KeyboardInterrupt"
    assert "2\n>>> " in played.text


def test_a_prompt_without_a_script_says_why(tmp_path: Path) -> None:
    header: dict[str, object] = {"file": None, "interactive": True, "notice": "The variables are gone."}
    played = play(tmp_path, header, typed=[(">>> ", b"1 + 1\r"), (">>> ", b"exit()\r")])
    assert played.text.startswith("The variables are gone.\n>>> ")
    assert "2\n" in played.text


def test_the_network_is_missed_once(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "import socket\nfor _ in range(2):\n    try:\n        socket.create_connection(('192.0.2.1', 9), 0.01)\n    except OSError:\n        pass\n"
    )
    played = play(tmp_path, {"file": "main.py", "interactive": False})
    assert [frame.header["type"] for frame in played.frames] == ["begun", "network", "script_ended"]
