"""Every family of ruff that we rely on fires where it should, and keeps silent where the code has leave."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICE = "src/pythonide/features/runs/service.py"

FIRES = [
    ("E722", "try:\n    f()\nexcept:\n    g()\n"),
    ("BLE001", "try:\n    f()\nexcept Exception:\n    g()\n"),
    ("S110", "try:\n    f()\nexcept Exception:\n    pass\n"),
    ("S112", "for x in y:\n    try:\n        f()\n    except Exception:\n        continue\n"),
    ("TRY002", "raise Exception('no')\n"),
    ("TRY401", "try:\n    f()\nexcept ValueError as error:\n    log.exception('%s', error)\n"),
    ("RUF006", "import asyncio\nasync def f():\n    asyncio.create_task(g())\n"),
    ("ASYNC109", "async def f(timeout: int): ...\n"),
    ("ASYNC110", "import anyio\nasync def f():\n    while not done:\n        await anyio.sleep(1)\n"),
    ("ASYNC210", "import urllib.request\nasync def f():\n    urllib.request.urlopen(x)\n"),
    ("ASYNC220", "import subprocess\nasync def f():\n    subprocess.Popen([])\n"),
    ("ASYNC230", "async def f():\n    open('x')\n"),
    ("ASYNC240", "from pathlib import Path\nasync def f():\n    Path('x').exists()\n"),
    ("ASYNC251", "import time\nasync def f():\n    time.sleep(1)\n"),
    ("PTH118", "import os\nos.path.join('a', 'b')\n"),
    ("DTZ005", "from datetime import datetime\ndatetime.now()\n"),
    ("PLC0415", "def f():\n    import json\n"),
    ("TID252", "from . import model\n"),
    ("ERA001", "# x = f(1)\n"),
    ("T201", "print('x')\n"),
    ("G004", "import logging\nlog = logging.getLogger()\nlog.info(f'{x}')\n"),
    ("LOG015", "import logging\nlogging.info('x')\n"),
    ("D103", "def f(): ...\n"),
    ("D101", "class A: ...\n"),
    ("D100", "x = 1\n"),
    ("C901", "def f(a):\n" + "".join(f"    if a == {i}: g()\n" for i in range(9))),
    ("PLR0912", "def f(a):\n" + "".join(f"    if a == {i}: g()\n" for i in range(9))),
    ("PLR0913", "def f(a, b, c, d, e, f, g): ...\n"),
    ("PLR0915", "def f():\n" + "    g()\n" * 31),
    ("PLW0603", "def f():\n    global x\n    x = 1\n"),
    ("FBT001", "def f(a: bool): ...\n"),
    ("ANN401", "from typing import Any\ndef f(a: Any): ...\n"),
    ("PGH003", "x = f()  # type: ignore\n"),
    ("PGH004", "x = f()  # noqa\n"),
    ("F401", "import json\n"),
    ("S311", "import random\nrandom.random()\n"),
    ("S602", "import subprocess\nsubprocess.run('ls', shell=True)\n"),
    ("S605", "import os\nos.system(x)\n"),
]

BANNED = [
    "asyncio.create_task",
    "asyncio.ensure_future",
    "asyncio.gather",
    "asyncio.wait_for",
    "asyncio.Queue",
    "queue.Queue",
    "queue.SimpleQueue",
    "os.chdir",
    "locale.setlocale",
    "time.time",
    "time.monotonic",
    "time.sleep",
    "datetime.datetime.now",
]

SILENT = [
    ("src/pythonide_sandbox/zygote.py", "TID251", "import os\nos.chdir('/workspace')\n"),
    ("src/pythonide_sandbox/zygote.py", "BLE001", "try:\n    f()\nexcept Exception:\n    g()\n"),
    ("src/pythonide_sandbox/zygote.py", "PLC0415", "def f():\n    import json\n    return json\n"),
    ("src/pythonide/adapters/clock.py", "TID251", "import time\nx = time.monotonic()\n"),
    ("tests/unit/test_x.py", "S101", "assert 1\n"),
]


def found(path: str, code: str) -> str:
    ruff = Path(sys.executable).with_name("ruff")
    command = [str(ruff), "check", "--no-cache", "--quiet", "--output-format=concise", "--stdin-filename", path, "-"]
    return subprocess.run(command, input=code, capture_output=True, text=True, cwd=ROOT, check=False).stdout


@pytest.mark.parametrize(("rule", "code"), FIRES, ids=[rule for rule, _ in FIRES])
def test_fires(rule: str, code: str) -> None:
    assert f" {rule} " in found(SERVICE, code)


@pytest.mark.parametrize("name", BANNED)
def test_banned(name: str) -> None:
    module = name.partition(".")[0]
    output = found(SERVICE, f"import {module}\nx = {name}(1)\n")
    assert " TID251 " in output
    assert f"`{name}` is banned" in output


@pytest.mark.parametrize(("path", "rule", "code"), SILENT)
def test_has_leave(path: str, rule: str, code: str) -> None:
    assert f" {rule} " not in found(path, code)
    assert f" {rule} " in found("src/pythonide/features/runs/model.py", code)
