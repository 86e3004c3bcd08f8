"""Rules about size, queues, tests and words."""

import ast
import re

from tools.lint.engine import Example, Found, Module, Rule

MAX_LINES = 400
MAX_SENTENCES = 3
SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z“`]|\s*$)")
NO_SENTENCE = re.compile(r"\b(e\.g|i\.e|etc|vs|cf)\.|`\w+`: [^.]*\.")
"""Abbreviations, and entries of a list of values."""
INFINITE = {"math.inf", "inf", "numpy.inf"}
SLEEPS = {"time.sleep", "asyncio.sleep", "anyio.sleep"}
PLACE_OF_ONE_MACHINE = re.compile(r"(?<![\w.~])/(root|work|home/(?!user\b|student\b|USER\b)\w+)/|\.pyenv\b")


def long_file(module: Module) -> Found:
    if len(module.lines) > MAX_LINES:
        yield MAX_LINES, f"{len(module.lines)} lines, more than {MAX_LINES}"


def long_docstring(module: Module) -> Found:
    for node in module.nodes():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            text = NO_SENTENCE.sub("", ast.get_docstring(node) or "")
            if (sentences := len(SENTENCE_END.findall(text))) > MAX_SENTENCES:
                yield node.lineno, f"the docstring of {node.name} has {sentences} sentences, more than {MAX_SENTENCES}"


def unbounded_stream(module: Module) -> Found:
    for call, name in module.calls():
        if name.partition("[")[0].endswith("create_memory_object_stream") or _subscripted(module, call):
            sizes = [*call.args, *(keyword.value for keyword in call.keywords)]
            if any(_infinite(module, size) for size in sizes):
                yield call.lineno, "a memory object stream without a bound"


def _subscripted(module: Module, call: ast.Call) -> bool:
    return isinstance(call.func, ast.Subscript) and module.dotted(call.func.value).endswith(
        "create_memory_object_stream"
    )


def _infinite(module: Module, size: ast.expr) -> bool:
    if isinstance(size, ast.Call) and module.dotted(size.func) == "float":
        return True
    return module.dotted(size) in INFINITE


def sleeping_test(module: Module) -> Found:
    if not module.within("tests/"):
        return
    for call, name in module.calls():
        zero = bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0
        if name in SLEEPS and not zero:
            yield call.lineno, f"{name}() in a test"


def mocked(module: Module) -> Found:
    if module.within("tests/"):
        yield from ((line, f"imports {name}") for line, name in module.imports() if name.startswith("unittest.mock"))


def one_machine(module: Module) -> Found:
    for number, line in enumerate(module.lines, 1):
        if found := PLACE_OF_ONE_MACHINE.search(line):
            yield number, f"“{found[0]}” is a place on one machine"


RULES = [
    Rule(
        "long-file",
        "A file one cannot hold in the head hides its second subject; split it by subject.",
        long_file,
        bad=(Example("x = 1\n" * 401),),
        good=(Example("x = 1\n" * 400),),
    ),
    Rule(
        "long-docstring",
        "A docstring says what the signature cannot, in one to three sentences; essays belong into docs/explanation.",
        long_docstring,
        bad=(Example('def f():\n    """Do it. Then more. And more. And yet more."""\n'),),
        good=(
            Example('class A:\n    """What. `red`: stop. `green`: go. `amber`: wait. `off`: look."""\n'),
            Example('"""A. B. C. D."""\ndef f():\n    """Do it, e.g. so. Raises `OSError`. Cancellable."""\n'),
        ),
    ),
    Rule(
        "unbounded-stream",
        "A sleeping laptop must not fill the server's memory: every queue has a bound.",
        unbounded_stream,
        bad=(
            Example(
                "import math\nfrom anyio import create_memory_object_stream\ncreate_memory_object_stream(math.inf)\n"
            ),
            Example("import anyio\nanyio.create_memory_object_stream[bytes](max_buffer_size=float('inf'))\n"),
        ),
        good=(Example("import anyio\nanyio.create_memory_object_stream[bytes](16)\n"),),
    ),
    Rule(
        "sleeping-test",
        "A sleep is too short on a busy machine and too long on every other: wait for the condition.",
        sleeping_test,
        bad=(
            Example("import time\ntime.sleep(0.1)\n", "tests/unit/test_x.py"),
            Example("from anyio import sleep\nasync def test():\n    await sleep(1)\n", "tests/system/test_x.py"),
        ),
        good=(Example("import anyio\nasync def test():\n    await anyio.sleep(0)\n", "tests/unit/test_x.py"),),
    ),
    Rule(
        "mocked",
        "A mock of what we own proves only that the mock agrees with itself: use the real thing or the port's fake.",
        mocked,
        bad=(Example("from unittest.mock import patch\n", "tests/unit/test_x.py"),),
        good=(Example("from tests.fakes import Bus\n", "tests/unit/test_x.py"),),
    ),
    Rule(
        "one-machine",
        "What names a folder of one machine works on that machine only.",
        one_machine,
        bad=(Example("path = '/home/ada/project/x'\n"), Example("path = '/root/x'\n")),
        good=(Example("path = '/workspace/main.py'\n"), Example("path = '/opt/env/bin'\n")),
    ),
]
